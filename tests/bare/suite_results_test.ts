import { assertEquals } from "@std/assert";
import { complaints, readTestRun } from "./suite_results.ts";

const good = `Installing nginx-light

=== types
--- types: 1 passed, 0 failed, 0 skipped (42.7 s)

=== network namespaces
--- network namespaces: 97 passed, 0 failed, 0 skipped (476 s); a remark

98 passed, 0 failed, 0 skipped
`;

Deno.test("suites are read with their names, counts and times", () => {
  const { suites } = readTestRun(good);
  assertEquals(suites.map(({ name, passed, seconds }) => [name, passed, seconds]), [
    ["types", 1, 42.7],
    ["network namespaces", 97, 476],
  ]);
});

Deno.test("a run without fault is not complained of, nor one that counts as the other did", () => {
  assertEquals(complaints(readTestRun(good), null), []);
  assertEquals(complaints(readTestRun(good), readTestRun(good)), []);
});

Deno.test("a run that was cut off is complained of, though no test failed", () => {
  const cut = readTestRun(good.slice(0, good.indexOf("98 passed")));
  assertEquals(complaints(cut, null), ["the tests did not come to their end"]);
});

Deno.test("failures and skipped tests are complained of", () => {
  const bad = "--- a: 3 passed, 1 failed, 2 skipped (1.0 s)\n\n3 passed, 1 failed, 2 skipped\n";
  assertEquals(complaints(readTestRun(bad), null), ["1 tests failed", "2 tests were skipped"]);
  assertEquals(complaints(readTestRun("0 passed, 0 failed, 0 skipped"), null), ["no test was run"]);
});

Deno.test("a suite that counts fewer tests than outside is named, and so is one that is missing", () => {
  const fewer = readTestRun(good.replace("types: 1", "types: 0").replace(/--- net.*\n/, ""));
  assertEquals(complaints(fewer, readTestRun(good)), [
    "types: 0 tests passed, 1 outside",
    "network namespaces: no tests passed, 97 outside",
  ]);
});
