import { assert, assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { type RateEstimate, updateRate } from "./rate.ts";

const timeConstant = 2000;

/** The estimate after readings of [milliseconds, counter]. */
function estimate(...readings: readonly (readonly [number, number])[]): RateEstimate | null {
  let rate: RateEstimate | null = null;
  for (const [at, counter] of readings) rate = updateRate(rate, counter, at, timeConstant);
  return rate;
}

Deno.test("a rate is unknown, not zero, until the counter was read twice", () => {
  assertEquals(estimate([0, 500])?.perSecond, null);
  assertEquals(estimate([0, 500], [1000, 500])?.perSecond, 0);
});

Deno.test("the first rate counts in full", () => {
  assertEquals(estimate([0, 500], [250, 750])?.perSecond, 1000);
});

Deno.test("a counter that grows steadily has a steady rate, however it is read", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (pauses) => {
    let at = 0;
    const readings = pauses.map((pause) => [at += pause, at * 3] as const);
    assertAlmostEquals(estimate([0, 0], ...readings)?.perSecond ?? NaN, 3000, 1e-6);
  }));
});

Deno.test("a rate that changes is followed with the time constant", () => {
  const rate = estimate([0, 0], [1000, 0], [1000 + timeConstant, 100 * timeConstant / 1000]);
  assertAlmostEquals(rate?.perSecond ?? NaN, 100 * (1 - Math.exp(-1)));
});

Deno.test("a counter that went backwards is watched anew", () => {
  assertEquals(estimate([0, 0], [1000, 9000], [2000, 10])?.perSecond, null);
  assertEquals(estimate([0, 0], [1000, 9000], [2000, 10], [3000, 60])?.perSecond, 50);
});

Deno.test("a reading at the same moment is left out, and nothing that it counted is lost", () => {
  const before = estimate([0, 0], [1000, 100]);
  assert(before);
  assertStrictEquals(updateRate(before, 150, 1000, timeConstant), before);
  assertEquals(estimate([0, 0], [0, 50], [1000, 100])?.perSecond, 100);
});
