import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { fleet } from "./fleet_fixture.ts";
import { pickLeast } from "./least.ts";
import { assertEvenSpread, contextAt, countChoices } from "./spread_fixture.ts";

const noFigures = fleet([]);

function pickByLoads(loads: readonly number[]): number {
  const slots = loads.map((_load, slot) => slot);
  return pickLeast(slots, (slot) => loads[slot] ?? NaN, noFigures, contextAt(0));
}

function countByLoads(loads: readonly number[], times: number): number[] {
  const policy = {
    pick: (slots: readonly number[], _: unknown, context: ReturnType<typeof contextAt>) =>
      pickLeast(slots, (slot) => loads[slot] ?? NaN, noFigures, context),
  };
  const slots = loads.map((_load, slot) => slot);
  return countChoices(policy, slots, noFigures, { times, context: contextAt(0) });
}

Deno.test("the least load wins wherever it stands", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 20 }),
    (loads) => assertEquals(loads[pickByLoads(loads)], Math.min(...loads)),
  ));
});

Deno.test("of descending loads only the last, least one is ever chosen", () => {
  assertEquals(countByLoads([5, 4, 3, 2, 1], 100), [0, 0, 0, 0, 100]);
});

Deno.test("those that tied at a higher load stay out of the draw", () => {
  const [first, second, ...least] = countByLoads([2, 2, 1, 1, 1], 3000);
  assertEquals([first, second], [0, 0]);
  assertEvenSpread(least);
});

Deno.test("equal loads share evenly", () => {
  assertEvenSpread(countByLoads([3, 3, 3, 3, 3], 5000));
});

Deno.test("a load that is not known comes after all that are", () => {
  assertEquals(countByLoads([NaN, 7, NaN], 100), [0, 100, 0]);
});

Deno.test("where no load is known all share evenly", () => {
  assertEvenSpread(countByLoads([NaN, NaN, NaN, NaN], 4000));
});

Deno.test("no candidates are a programmer's error", () => {
  assertThrows(() => pickByLoads([]), RangeError, "no candidates");
});
