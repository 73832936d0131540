import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import type { Pace } from "../table/pace.ts";
import { chanceIn, withoutChance } from "./significance.ts";

const rules = { doubt: 1, excessDoubt: 2 };

/** What is remembered of answers that took so long, each the only one in flight. */
function paceOfTimes(...timesMs: readonly number[]): Pace {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    ms: sum(timesMs),
    places: timesMs.length,
    answers: timesMs.length,
    squares: sum(timesMs.map((ms) => ms * ms)),
  };
}

Deno.test("the more answers, the less is chance", () => {
  assertAlmostEquals(chanceIn(paceOfTimes(10, 10), rules), 1 / 2);
  assertAlmostEquals(chanceIn(paceOfTimes(...new Array(100).fill(10)), rules), 1 / 100);
});

Deno.test("of a server that has not answered nearly all is chance, and not more", () => {
  assertEquals(chanceIn(paceOfTimes(), rules), 2);
});

Deno.test("one answer that took a hundred times as long is put down to chance", () => {
  const usual = new Array(19).fill(1);
  assertGreater(chanceIn(paceOfTimes(...usual, 100), rules), 2);
  assertLess(chanceIn(paceOfTimes(...usual, 2), rules), 0.06);
});

Deno.test("a queue in front of the answers is no scatter", () => {
  const places = [1, 2, 3, 4, 5, 6, 7, 8];
  const ms = places.reduce((sum, place) => sum + 10 * place, 0);
  const squares = places.reduce((sum, place) => sum + (10 * place) ** 2 / place, 0);
  const pace = { ms, places: ms / 10, answers: places.length, squares };
  assertAlmostEquals(chanceIn(pace, rules), 1 / 8);
});

Deno.test("times that differ by no more than chance become one, others stay apart", () => {
  const [one, other] = withoutChance([10, 15], [0.1, 0.1]);
  assertEquals(one, other);
  const [fast = NaN, slow = NaN] = withoutChance([10, 40], [0.01, 0.01]);
  assertGreater(slow / fast, 3.5);
});
