import { seededRandom } from "../../../frontend/selection/seeded_random.ts";
import type { Contestant } from "./contestant.ts";
import { type Distribution, exponential } from "./distribution.ts";
import { clientPatienceMs, type ConnectionPlan, FrontEnd } from "./front_end.ts";
import type { Scenario } from "./scenario.ts";
import { Server } from "./server.ts";
import { Timeline } from "./timeline.ts";

/** What one run gave. */
export interface Run {
  /** How long each measured exchange took, in milliseconds. */
  readonly latencies: readonly number[];
  /** Connections that got no answer, from the beginning on. */
  readonly failed: number;
  /** Answered exchanges by second and server, from the first connection on. */
  readonly perSecond: readonly (readonly number[])[];
  /** When each measured exchange was asked for, in milliseconds after the first connection. */
  readonly askedAt: readonly number[];
}

/** Time for the servers to be found before the first connection, in milliseconds. */
const leadMs = 3_000;

/** Draws connections; the same for every contestant. */
function connectionPlanner(scenario: Scenario, random: () => number): () => ConnectionPlan {
  const draw = (distribution: Distribution) => distribution(random);
  return () => ({
    pauseMs: draw(scenario.pauseMs),
    exchanges: Array.from({ length: Math.max(1, Math.round(draw(scenario.exchanges))) }, () => ({
      work: draw(scenario.work),
      bytes: Math.round(draw(scenario.bytes)),
    })),
  });
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
  const servers = scenario.servers.map((plan) => new Server(timeline, plan));
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
  const client = {
    answered(tookMs: number) {
      const asked = timeline.now - tookMs - leadMs;
      if (asked < scenario.measuredFromMs) return;
      latencies.push(tookMs);
      askedAt.push(asked);
    },
    failed: () => void failed++,
  };
  const plan = connectionPlanner(scenario, arrivals);
  const pause = exponential(1000 / scenario.perSecond);
  const end = leadMs + scenario.lengthMs;
  const arrive = () => {
    if (timeline.now >= end) return;
    const frontEnd = frontEnds[Math.floor(arrivals() * frontEnds.length)];
    frontEnd?.handle(plan(), client);
    timeline.after(pause(arrivals), arrive);
  };
  timeline.at(leadMs, arrive);

  const perSecond: number[][] = [];
  let before = servers.map(() => 0);
  const count = () => {
    const served = servers.map((server) => server.served);
    perSecond.push(served.map((value, place) => value - (before[place] ?? 0)));
    before = served;
    timeline.after(1000, count);
  };
  timeline.at(leadMs + 1000, count);

  timeline.runUntil(end + clientPatienceMs);
  return { latencies, failed, perSecond, askedAt };
}
