import {
  assert,
  assertGreater,
  assertGreaterOrEqual,
  assertLess,
  assertLessOrEqual,
} from "@std/assert";
import { score } from "./comparison.ts";
import { contestants } from "./contestants.ts";
import { runScenario } from "./run_scenario.ts";
import { scenarios } from "./scenarios.ts";

function scenario(name: string) {
  const found = scenarios.find((each) => each.name === name);
  assert(found);
  return found;
}

function contestant(name: string) {
  const found = contestants.find((each) => each.name === name);
  assert(found);
  return found;
}

const adaptive = contestant("adaptive");

/** Each server's part of what is told second by second. */
function totals(seconds: readonly (readonly number[])[]): number[] {
  return seconds.reduce<number[]>(
    (sums, second) => second.map((count, place) => (sums[place] ?? 0) + count),
    [],
  );
}

/** The policy's 99th percentile, as a part of that of HAProxy's leastconn. */
function toHaproxy(name: string): number {
  const [own, other] = [adaptive, contestant("HAProxy leastconn")].map((each) =>
    score(scenario(name), each, [1]).p99
  );
  return (own ?? NaN) / (other ?? NaN);
}

// What is asked of the policy; the full comparison stands in tests/bench/results/simulation.md.
const asked: readonly (readonly [string, number])[] = [
  ["equal", 1.05],
  ["low-load", 1.05],
  ["four-front-ends", 1.05],
  ["quarter-speed", 0.65],
  ["four-front-ends-quarter-speed", 0.65],
  ["antagonist", 0.9],
  ["far", 0.9],
  ["slow-link", 0.5],
  ["sparse", 0.75],
];
for (const [name, atMost] of asked) {
  Deno.test(`${name}: the slowest hundredth takes at most ${atMost} of leastconn's`, () => {
    assertLessOrEqual(toHaproxy(name), atMost);
  });
}

/** What is asked beside the better of HAProxy's leastconn and our own, over several seeds. */
interface Asked {
  readonly p99: number;
  readonly mean: number;
  /** By how many times the busiest server may get as many connections as the idlest. */
  readonly spread: number;
}

const overSeeds: readonly (readonly [string, Asked])[] = [
  ["equal", { p99: 1.03, mean: 1.03, spread: 1.12 }],
  ["quarter-speed", { p99: 0.62, mean: 0.9, spread: Infinity }],
  ["antagonist", { p99: 0.85, mean: 1, spread: Infinity }],
];
for (const [name, asked] of overSeeds) {
  Deno.test(`${name}: the mean as well as the slowest hundredth, beside the better peer`, () => {
    const seeds = [1, 2, 3, 4, 5];
    const own = score(scenario(name), adaptive, seeds);
    const peers = ["HAProxy leastconn", "least-connections"].map((peer) =>
      score(scenario(name), contestant(peer), seeds)
    );
    const ratio = (figure: "p99" | "mean") =>
      own[figure] / Math.min(...peers.map((peer) => peer[figure]));
    assertLessOrEqual(ratio("p99"), asked.p99);
    assertLessOrEqual(ratio("mean"), asked.mean);
    assertLessOrEqual(own.busiestToIdlest, asked.spread);
  });
}

for (const count of [2, 3]) {
  Deno.test(`reload-of-${count}: each server gets at least half of its fair share, with 20 seeds`, () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { connections } = runScenario(scenario(`reload-of-${count}`), adaptive, seed);
      const least = Math.min(...totals(connections));
      assertGreaterOrEqual(least, 60 / count / 2, `seed ${seed}: ${totals(connections)}`);
    }
  });
}

Deno.test("hang-and-go-on: the server has its part again within two seconds", () => {
  for (const seed of [1, 2, 3]) {
    const { connections } = runScenario(scenario("hang-and-go-on"), adaptive, seed);
    // It goes on at 25 s.
    const [own = NaN, ...others] = totals(connections.slice(26, 28));
    assertGreater(own, others.reduce((sum, count) => sum + count, 0) / others.length / 2);
  }
});

Deno.test("memory that runs short is left alone in time: no server is driven to swap for good", () => {
  assertLess(score(scenario("memory"), adaptive, [1]).failed, 5);
});

Deno.test("a server that is back takes load again within two seconds, and its part within four", () => {
  const { perSecond, failed } = runScenario(scenario("death-and-return"), adaptive, 1);
  const shareAt = (second: number) => {
    const served = perSecond[second] ?? [];
    return (served[0] ?? NaN) / served.reduce((sum, each) => sum + each, 0);
  };
  assert(failed === 0);
  // Back at 25 s; the second from 26 s to 27 s has the number 26.
  assertGreater(shareAt(26) + shareAt(27), 0.02);
  assertGreater(shareAt(28), 0.18);
});

Deno.test("an agent that always reports no load gains less than a quarter more connections by it", () => {
  const share = (name: string) => {
    const { perSecond } = runScenario({ ...scenario(name), lengthMs: 20_000 }, adaptive, 1);
    const served = totals(perSecond);
    return (served[0] ?? NaN) / served.reduce((sum, each) => sum + each, 0);
  };
  const gain = share("liar") / share("equal");
  assertGreater(gain, 1);
  assertLess(gain, 1.25);
});

function brokenShare(name: string): number {
  return score(scenario(name), adaptive, [1, 2, 3]).brokenShare ?? NaN;
}

// From two seconds after it broke, in every ten seconds.
const sinkholes: readonly (readonly [string, number])[] = [
  ["sinkhole", 0.4],
  ["sinkhole-of-2", 0.65],
  ["sinkhole-of-3", 0.5],
  ["sinkhole-of-10", 0.2],
  ["sinkhole-low-load", 0.4],
  ["sinkhole-high-load", 0.4],
  ["sinkhole-close", 0.4],
  ["sinkhole-same-size", 0.4],
  ["sinkhole-busy", 0.4],
  ["sinkhole-working", 0.4],
  ["sinkhole-returning", 0.4],
  ["sinkhole-insistent", 0.4],
];
for (const [name, atMost] of sinkholes) {
  Deno.test(`${name}: the broken server gets at most ${100 * atMost}% of the connections`, () => {
    assertLess(brokenShare(name), atMost);
  });
}

Deno.test("sinkhole-late: ten minutes of good work do not help a broken server either", () => {
  assertLess(brokenShare("sinkhole-late"), 0.4);
});

for (const how of ["", "-idle", "-busy", "-working"]) {
  Deno.test(`sinkhole-first-day${how}: where it was broken from the beginning, at most 60%`, () => {
    assertLess(brokenShare(`sinkhole-first-day${how}`), 0.6);
  });
}

for (const [count, ideal] of [[2, 8 / 9], [3, 8 / 10], [4, 8 / 11], [10, 8 / 17]] as const) {
  Deno.test(`truly-fast-of-${count}: within 30 s it gets four fifths of its due`, () => {
    const { connections } = runScenario(scenario(`truly-fast-of-${count}`), adaptive, 1);
    const due = connections.slice(28, 38).flat().reduce((sum, each) => sum + each, 0) * ideal;
    const own = connections.slice(28, 38).reduce((sum, [first = 0]) => sum + first, 0);
    assertGreater(own, 0.8 * due);
  });
}
