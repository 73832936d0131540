import { assert, assertEquals, assertLess } from "@std/assert";
import { BulkBudget, bulkBytesOf, bulkSizes } from "./bulk_budget.ts";
import { BulkBuffers } from "./bulk_buffers.ts";

const mebi = 1024 * 1024;

Deno.test("the more buffers are out, the smaller the next one is, and all together stay bounded", () => {
  const budget = new BulkBudget(8 * mebi);
  const buffers = new BulkBuffers(budget);
  const out = Array.from({ length: 1_500 }, () => buffers.take());
  const sizes = out.map(({ length }) => length);
  assertEquals(sizes, sizes.toSorted((a, b) => b - a));
  assertEquals(new Set(sizes), new Set(bulkSizes));
  assertEquals(budget.inUse, sizes.reduce((sum, bytes) => sum + bytes));
  // The budget, one buffer too many, and the smallest for everyone else.
  assertLess(budget.inUse, 8 * mebi + Math.max(...sizes) + out.length * Math.min(...bulkSizes));
  for (const buffer of out) buffers.give(buffer);
  assertEquals(budget.inUse, 0);
  assertEquals(buffers.take().length, Math.max(...bulkSizes));
});

Deno.test("what is given back is used again, and most of it is let go", () => {
  const buffers = new BulkBuffers(new BulkBudget(64 * mebi));
  const out = Array.from({ length: 100 }, () => buffers.take());
  for (const buffer of out) buffers.give(buffer);
  assert(buffers.unused > 0 && buffers.unused < 10, `${buffers.unused} are kept`);
  assert(out.includes(buffers.take()));
});

Deno.test("threads share the budget, down to what each needs", () => {
  assertEquals([1, 2, 8, 64].map(bulkBytesOf), [8 * mebi, 4 * mebi, mebi, mebi]);
});
