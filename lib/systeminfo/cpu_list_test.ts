import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseCpuList } from "./cpu_list.ts";

Deno.test("parseCpuList reads single processors and ranges", () => {
  assertEquals(parseCpuList("0\n"), [0]);
  assertEquals(parseCpuList("0-1\n"), [0, 1]);
  assertEquals(parseCpuList("1,4-6,9"), [1, 4, 5, 6, 9]);
});

Deno.test("parseCpuList gives null for an empty, malformed or absurd list", () => {
  for (const text of ["", "\n", "a", "1-", "-1", "3-1", "1,,2", "0-4000000000", "99999999999"]) {
    assertEquals(parseCpuList(text), null, text);
  }
});

Deno.test("parseCpuList reads back every list of single processors", () => {
  fc.assert(fc.property(fc.array(fc.nat(1023), { minLength: 1 }), (cpus) => {
    assertEquals(parseCpuList(cpus.join(",")), cpus);
  }));
});
