import { pause, waitFor } from "../../wait_for.ts";
import type { Contestant } from "./contestants.ts";
import type { Fleet } from "./fleet.ts";
import { startLoad } from "./load.ts";
import type { RequestResult } from "./request_result.ts";
import { type Incident, oddServer, type Scenario } from "./scenarios.ts";

/** How a load balancer is tried. */
export interface Trial {
  readonly scenario: Scenario;
  readonly contestant: Contestant;
  readonly perSecond: number;
  /** How long requests are measured, in seconds. */
  readonly seconds: number;
  /** The same seed, the same requests. */
  readonly seed: number;
}

/** What was seen in one trial. */
export interface Run {
  /** The requests that were meant to begin in the time that is measured, which begins at 0. */
  readonly requests: readonly RequestResult[];
  /** When each incident happened. */
  readonly incidentsAtMs: readonly number[];
  /** The part of their processor time that the servers used in that time. */
  readonly used: number;
  /** The processor time that the load balancer used in that time, in milliseconds. */
  readonly frontMs: number;
}

/** Requests of this long are made before the measured ones, in seconds: nobody starts from nothing. */
const warmUpSeconds = 2;
/** After so long a client gives a request up. */
export const patienceMs = 3_000;

/** Has a load balancer serve a load. */
export async function run(fleet: Fleet, trial: Trial): Promise<Run> {
  const { contestant, scenario, perSecond, seconds, seed } = trial;
  const { confinedClient, frontGroup } = fleet;
  const front = await contestant.start(fleet);
  const plan = { seed, perSecond, seconds: warmUpSeconds + seconds };
  const hostname = fleet.front.address;
  const load = startLoad(confinedClient, { hostname, plan, patienceMs });
  const measuredFrom = load.beginAt + warmUpSeconds * 1000;
  const until = async (ms: number) => await pause(measuredFrom + ms - Date.now());

  await until(0);
  const before = { servers: fleet.cpuMs, front: frontGroup.cpuMs };
  const incidentsAtMs: number[] = [];
  const undo: (Awaited<ReturnType<Incident["happen"]>>)[] = [];
  for (const { at, happen } of scenario.incidents) {
    await until(at * seconds * 1000);
    incidentsAtMs.push(Date.now() - measuredFrom);
    undo.push(await happen(fleet.server(oddServer), fleet));
  }
  await until(seconds * 1000);
  const used = (fleet.cpuMs - before.servers) / (Date.now() - measuredFrom) / fleet.cores;
  const frontMs = frontGroup.cpuMs - before.front;

  const results = await load.results;
  for (const step of undo.toReversed()) await step?.();
  await front.end(contestant.endSignal);
  await untilIdle(fleet);
  return { requests: measured(results), incidentsAtMs, used, frontMs };
}

/** The requests after the warm-up, their times counted from its end. */
function measured(results: readonly RequestResult[]): RequestResult[] {
  const warmUpMs = warmUpSeconds * 1000;
  return results.filter(({ atMs }) => atMs >= warmUpMs)
    .map((result) => ({ ...result, atMs: result.atMs - warmUpMs }));
}

/** Waits until every server has done what it was left with. */
async function untilIdle({ servers }: Fleet): Promise<void> {
  for (const { name, host } of servers) {
    const ask = () => host.run("curl", "-sSf", "-I", "http://127.0.0.1/light.txt");
    await waitFor(`${name} to answer`, ask, { withinMs: 10_000 });
  }
}
