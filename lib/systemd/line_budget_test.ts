import { assertEquals } from "@std/assert";
import { LineBudget } from "./line_budget.ts";

const options = { most: 3, refillMs: 1_000, gatherMs: 5_000 };

function admitted(budget: LineBudget, times: readonly number[]): number[] {
  return times.filter((time) => budget.admit("found", time));
}

Deno.test("a burst says as many lines as are left, and one more after a while", () => {
  const budget = new LineBudget(options);
  assertEquals(admitted(budget, [0, 1, 2, 3, 4]), [0, 1, 2]);
  assertEquals(admitted(budget, [999, 1_000, 1_001, 1_999, 2_000, 2_001]), [1_000, 2_000]);
});

Deno.test("calm restores the budget, and no more than that", () => {
  const budget = new LineBudget(options);
  admitted(budget, [0, 1, 2, 3]);
  assertEquals(admitted(budget, Array(9).fill(60_000)).length, 3);
});

Deno.test("a steady stream that is slow enough is said in full", () => {
  const budget = new LineBudget(options);
  const times = Array.from({ length: 100 }, (_, index) => index * 1_000);
  assertEquals(admitted(budget, times), times);
  assertEquals(budget.summary(200_000), null);
});

Deno.test("what was held back is gathered, told by its kinds, and told once", () => {
  const budget = new LineBudget(options);
  admitted(budget, [0, 1, 2, 3]);
  budget.admit("lost", 10);
  budget.admit("found", 20);
  assertEquals(budget.summary(4_000), null);
  assertEquals(budget.summary(5_003), "2 found, 1 lost");
  assertEquals(budget.summary(50_000), null);
});
