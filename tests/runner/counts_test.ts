import { assertEquals } from "@std/assert";
import { formatCounts, sumCounts } from "./counts.ts";

Deno.test("no suites sum up to nothing", () => {
  assertEquals(sumCounts([]), { passed: 0, failed: 0, skipped: 0 });
});

Deno.test("each kind of result is summed on its own", () => {
  const sum = sumCounts([
    { passed: 1, failed: 10, skipped: 100 },
    { passed: 2, failed: 20, skipped: 200 },
  ]);
  assertEquals(sum, { passed: 3, failed: 30, skipped: 300 });
});

Deno.test("the last line names passed, failed and skipped in this order", () => {
  assertEquals(
    formatCounts({ passed: 12, failed: 0, skipped: 3 }),
    "12 passed, 0 failed, 3 skipped",
  );
});
