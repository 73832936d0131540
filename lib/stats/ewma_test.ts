import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { remainingWeight, updateAverage } from "./ewma.ts";

Deno.test("a weight falls to 1/e in the time constant", () => {
  assertEquals(remainingWeight(0, 500), 1);
  assertAlmostEquals(remainingWeight(500, 500), Math.exp(-1));
  assertAlmostEquals(remainingWeight(1500, 500), Math.exp(-3));
});

Deno.test("a clock that goes backwards makes no weight grow", () => {
  assertEquals(remainingWeight(-1, 500), 1);
});

Deno.test("the first sample is the average", () => {
  assertEquals(updateAverage(null, 7, 1000, 500), { value: 7, at: 1000 });
});

Deno.test("a sample after a long silence all but replaces the average", () => {
  assertAlmostEquals(updateAverage({ value: 100, at: 0 }, 7, 1e6, 500).value, 7);
});

Deno.test("the same value sampled again is the average, however often", () => {
  fc.assert(fc.property(fc.array(fc.nat(10_000)), (pauses) => {
    let average = updateAverage(null, 3.5, 0, 1000);
    for (const pause of pauses) average = updateAverage(average, 3.5, average.at + pause, 1000);
    assertEquals(average.value, 3.5);
  }));
});

Deno.test("the average lies between the smallest and the largest sample", () => {
  const samples = fc.array(fc.tuple(fc.nat(5000), fc.nat(1_000_000)), { minLength: 1 });
  fc.assert(fc.property(samples, (all) => {
    let average = null;
    let at = 0;
    for (const [pause, sample] of all) average = updateAverage(average, sample, at += pause, 800);
    const values = all.map(([, sample]) => sample);
    assert(average !== null);
    assert(average.value >= Math.min(...values) - 1e-6);
    assert(average.value <= Math.max(...values) + 1e-6);
  }));
});

Deno.test("what is forgotten depends on the time that passed, not on the number of samples", () => {
  const start = { value: 10, at: 0 };
  const once = updateAverage(start, 20, 1000, 1000);
  const twice = updateAverage(updateAverage(start, 20, 400, 1000), 20, 1000, 1000);
  assertAlmostEquals(once.value, twice.value);
});

Deno.test("a sample that comes late does not set the average back in time", () => {
  assertEquals(updateAverage({ value: 10, at: 1000 }, 20, 900, 500), { value: 10, at: 1000 });
});

Deno.test("a time constant that is none is refused", () => {
  for (const timeConstant of [0, -1, NaN]) {
    assertThrows(() => updateAverage(null, 1, 0, timeConstant), RangeError, `${timeConstant}`);
  }
});
