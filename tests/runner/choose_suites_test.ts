import { assertEquals, assertThrows } from "@std/assert";
import { chooseSuites } from "./choose_suites.ts";
import { suites } from "./suites.ts";

Deno.test("who asks for nothing gets all but what takes minutes", () => {
  assertEquals(chooseSuites([]), suites);
});

Deno.test("a test that is in no suite's folder is a unit test, with what those declare", () => {
  const [suite, ...others] = chooseSuites(["lib/stats/", "tests/site/png_test.ts"]);
  assertEquals(others, []);
  assertEquals(suite?.name, "unit and integration");
  assertEquals(suite?.command, ["test", "--allow-all", "lib/stats/", "tests/site/png_test.ts"]);
});

Deno.test("paths of several suites run in each", () => {
  const chosen = chooseSuites(["tests/long/flood_test.ts", "tests/network"]);
  assertEquals(chosen.map(({ name }) => name), ["network namespaces", "long"]);
});

Deno.test("a path narrows the suite that is named beside it", () => {
  const [suite, ...others] = chooseSuites(["long", "tests/long/flood_test.ts"]);
  assertEquals(others, []);
  assertEquals(suite?.command.slice(-1), ["tests/long/flood_test.ts"]);
});

Deno.test("an unknown suite is refused, and the known ones are named", () => {
  assertThrows(() => chooseSuites(["netwrok"]), RangeError, '"network namespaces"');
});
