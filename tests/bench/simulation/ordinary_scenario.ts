import { constant, exponential } from "./distribution.ts";
import type { Scenario } from "./scenario.ts";
import type { ServerPlan } from "./server.ts";

/** How much of the servers' capacity is asked for, where a scenario says nothing else. */
export const utilisation = 0.7;
/** Work of one exchange where a scenario says nothing else, in milliseconds. */
export const meanWork = 10;

/** So many ordinary servers: one core that serves in order of arrival, as nginx when it computes. */
export function ordinary(count: number, plan: ServerPlan = {}): ServerPlan[] {
  return Array.from({ length: count }, () => plan);
}

/** Threads that share four cores, as Apache with a thread for every connection. */
export const threaded: ServerPlan = { cores: 4, workers: Infinity };

function capacityOf(servers: readonly ServerPlan[]): number {
  return servers.reduce((sum, { speed = 1, cores = 1 }) => sum + speed * cores, 0);
}

/** Connections per second that ask for a part of the capacity. */
export function rateFor(
  servers: readonly ServerPlan[],
  part = utilisation,
  work = meanWork,
): number {
  return part * capacityOf(servers) * 1000 / work;
}

/** What is different in a scenario. */
export type Changes = Partial<Scenario> & Pick<Scenario, "name" | "about">;

/** Four ordinary servers, a fresh connection for every request; `changes` says what is different. */
export function scenario(changes: Changes): Scenario {
  const servers = changes.servers ?? ordinary(4);
  return {
    servers,
    frontEnds: 1,
    perSecond: rateFor(servers),
    work: exponential(meanWork),
    bytes: constant(8_000),
    exchanges: constant(1),
    pauseMs: constant(0),
    incidents: [],
    monitor: { probeIntervalMs: 1_000, probeLoss: 0, lies: (_place, truth) => truth },
    lengthMs: 40_000,
    measuredFromMs: 10_000,
    ...changes,
  };
}
