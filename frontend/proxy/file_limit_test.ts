import { assertEquals } from "@std/assert";
import { connectionsWithin } from "./file_limit.ts";

Deno.test("a connection takes two descriptors of those that are left", () => {
  const limits = "Limit   Soft Limit  Hard Limit  Units\nMax open files  20128  40000  files\n";
  assertEquals(connectionsWithin(limits), 10_000);
});

Deno.test("a tiny limit leaves room for one connection, an absent one for many", () => {
  assertEquals(connectionsWithin("Max open files  64  64  files"), 1);
  assertEquals(connectionsWithin("Max open files  unlimited  unlimited  files"), 500_000);
  assertEquals(connectionsWithin(null), 448);
  assertEquals(connectionsWithin("nothing of the kind"), 448);
});
