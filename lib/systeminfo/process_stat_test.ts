import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseProcessStat } from "./process_stat.ts";

Deno.test("this process's own figures are read", () => {
  const stat = parseProcessStat(Deno.readTextFileSync("/proc/self/stat"));
  assert(stat !== null && stat.threads > 1 && stat.virtualBytes > 0 && stat.cpuTicks > 0);
});

Deno.test("a text that ends early says nothing", () => {
  assertEquals(parseProcessStat("7 (a) S 1 7 7 0 -1 0 0 0 0 0 150"), null);
  assertEquals(parseProcessStat(""), null);
});

Deno.test("any text gives figures or null, and no exception", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const stat = parseProcessStat(text);
    assert(stat === null || Object.values(stat).every(Number.isFinite));
  }));
});
