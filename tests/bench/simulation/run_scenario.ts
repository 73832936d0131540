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
  /** Connections accepted by second and server, from the first connection on. */
  readonly connections: readonly (readonly number[])[];
  /** When each measured exchange was asked for, in milliseconds after the first connection. */
  readonly askedAt: readonly number[];
}

/** Time for the servers to be found before the first connection, in milliseconds. */
const leadMs = 3_000;

/** More than an insistent client gets answered in any scenario. */
const insistentExchanges = 1_000_000;

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
  const connectAgain = () => {
    if (timeline.now >= end) return;
    const again = (then: () => void) => {
      then();
      connectAgain();
    };
    frontEnds[0]?.handle(plan(), {
      answered: (tookMs) => again(() => client.answered(tookMs)),
      failed: () => again(() => client.failed()),
    });
  };
  const askAgain = () => {
    const exchange = plan().exchanges[0];
    if (exchange === undefined) return;
    const exchanges = new Array(insistentExchanges).fill(exchange);
    frontEnds[0]?.handle({ exchanges, pauseMs: 0 }, { answered() {}, failed: connectAgain });
  };
  timeline.at(leadMs, () => {
    for (let count = 0; count < (scenario.returning ?? 0); count++) connectAgain();
    for (let count = 0; count < (scenario.insistent ?? 0); count++) askAgain();
  });

  const perSecond = eachSecond(timeline, () => servers.map(({ served }) => served));
  const connections = eachSecond(timeline, () => servers.map(({ accepted }) => accepted));
  timeline.runUntil(end + clientPatienceMs);
  return { latencies, failed, perSecond, connections, askedAt };
}
