import { assertEquals } from "@std/assert";
import { judge } from "./run_suite.ts";

const good = { passed: 3, failed: 0, skipped: 1 };
const bad = { passed: 3, failed: 2, skipped: 1 };

Deno.test("a runner that succeeds counts as it reports", () => {
  assertEquals(judge(null, good), { counts: good, remark: null });
});

Deno.test("a runner that fails counts the failures that it reports", () => {
  assertEquals(judge("exit code 1", bad), { counts: bad, remark: null });
});

Deno.test("a runner that fails and reports no failure counts as one", () => {
  assertEquals(judge("exit code 1", good).counts, { ...good, failed: 1 });
});

Deno.test("a runner without a report is a failure, however it ended", () => {
  assertEquals(judge("SIGSEGV", null).counts, { passed: 0, failed: 1, skipped: 0 });
  assertEquals(judge(null, null).counts, { passed: 0, failed: 1, skipped: 0 });
});

Deno.test("a runner that reports a failure is not believed its success", () => {
  assertEquals(judge(null, bad).counts.failed, 2);
});
