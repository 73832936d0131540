import { assert, assertGreater, assertLess, assertLessOrEqual } from "@std/assert";
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
    const served = perSecond.reduce((sum, second) =>
      sum.map((each, at) => each + (second[at] ?? 0))
    );
    return (served[0] ?? NaN) / served.reduce((sum, each) => sum + each, 0);
  };
  const gain = share("liar") / share("equal");
  assertGreater(gain, 1);
  assertLess(gain, 1.25);
});
