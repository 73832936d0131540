import { seededRandom } from "../../../frontend/selection/seeded_random.ts";
import { startClients } from "./clients.ts";
import type { Contestant } from "./contestant.ts";
import { clientPatienceMs, FrontEnd } from "./front_end.ts";
import type { Scenario } from "./scenario.ts";
import { Server } from "./server.ts";
import { Timeline } from "./timeline.ts";

/** What one run gave. */
export interface Run {
  /** How long each measured exchange took, in milliseconds. */
  readonly latencies: readonly number[];
  /** Exchanges that got an error, and connections that got no answer, from the beginning on. */
  readonly failed: number;
  /** Answered exchanges by second and server, from the first connection on. */
  readonly perSecond: readonly (readonly number[])[];
  /** Connections accepted by second and server, from the first connection on. */
  readonly connections: readonly (readonly number[])[];
  /** When each measured exchange was asked for, in milliseconds after the first connection. */
  readonly askedAt: readonly number[];
}

/** Time for the servers to be found before the first connection, in milliseconds. */
const leadMs = 3_000;

/** By how much counters grow in each second from the first connection on. */
function eachSecond(timeline: Timeline, read: () => number[]): number[][] {
  const growth: number[][] = [];
  let before = read().map(() => 0);
  const note = () => {
    const counts = read();
    growth.push(counts.map((value, place) => value - (before[place] ?? 0)));
    before = counts;
    timeline.after(1000, note);
  };
  timeline.at(leadMs + 1000, note);
  return growth;
}

/**
 * Runs a scenario with a contestant.
 *
 * @param seed Everything random follows from it: arrivals and work are the same for each contestant.
 */
export function runScenario(scenario: Scenario, contestant: Contestant, seed: number): Run {
  const timeline = new Timeline();
  const arrivals = seededRandom(seed);
  const random = seededRandom(seed + 1_000);
  const probeRandom = seededRandom(seed + 2_000);
  const hiccups = seededRandom(seed + 3_000);
  const servers = scenario.servers.map((plan) => new Server(timeline, plan, hiccups));
  const { monitor } = scenario;
  const frontEnds = Array.from(
    { length: scenario.frontEnds },
    () => new FrontEnd(timeline, { servers, contestant, monitor, random, probeRandom }),
  );
  for (const { atMs, place, happen } of scenario.incidents) {
    const server = servers[place];
    if (server !== undefined) timeline.at(leadMs + atMs, () => happen(server));
  }

  const latencies: number[] = [];
  const askedAt: number[] = [];
  let failed = 0;
  const end = leadMs + scenario.lengthMs;
  timeline.at(leadMs, () =>
    startClients(timeline, {
      scenario,
      frontEnds,
      random: arrivals,
      end,
      events: {
        answered(tookMs) {
          const asked = timeline.now - tookMs - leadMs;
          if (asked < scenario.measuredFromMs) return;
          latencies.push(tookMs);
          askedAt.push(asked);
        },
        erred: () => void failed++,
        failed: () => void failed++,
      },
    }));

  const perSecond = eachSecond(timeline, () => servers.map(({ served }) => served));
  const connections = eachSecond(timeline, () => servers.map(({ accepted }) => accepted));
  timeline.runUntil(end + clientPatienceMs);
  return { latencies, failed, perSecond, connections, askedAt };
}
