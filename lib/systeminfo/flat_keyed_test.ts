import { assertEquals } from "@std/assert";
import { flatKeyed } from "./flat_keyed.ts";

const memoryStat = "inactive_file 458752\nactive_file 143360\ntotal_inactive_file 111849472\n";

Deno.test("flatKeyed finds a figure by its whole key", () => {
  assertEquals(flatKeyed(memoryStat, "inactive_file"), 458_752);
  assertEquals(flatKeyed(memoryStat, "total_inactive_file"), 111_849_472);
  assertEquals(flatKeyed("file_mapped 1\nfile 2\n", "file"), 2);
});

Deno.test("flatKeyed gives null for a missing key and for a value that is no number", () => {
  assertEquals(flatKeyed(memoryStat, "file"), null);
  assertEquals(flatKeyed("", "file"), null);
  assertEquals(flatKeyed("file max\n", "file"), null);
});
