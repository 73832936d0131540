import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { connectionsWithin, pipesBeside } from "./file_limit.ts";

Deno.test("connections take two descriptors each of those that are left, and their pipes", () => {
  const limits = "Limit   Soft Limit  Hard Limit  Units\nMax open files  34128  40000  files\n";
  assertEquals(connectionsWithin(limits), 16_000);
});

Deno.test("connections and pipes stay within the limit, however many threads share them", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 200, max: 10_000 }),
      fc.integer({ min: 1, max: 16 }),
      (files, workers) => {
        const connections = connectionsWithin(`Max open files ${files} ${files} files`);
        const share = Math.floor(connections / workers);
        assert(2 * workers * (share + pipesBeside(share)) + 128 <= files);
      },
    ),
  );
});

Deno.test("a tiny limit leaves room for one connection, an absent one for many", () => {
  assertEquals(connectionsWithin("Max open files  64  64  files"), 1);
  assertEquals(connectionsWithin("Max open files  unlimited  unlimited  files"), 500_000);
  assertEquals(connectionsWithin(null), 421);
  assertEquals(connectionsWithin("nothing of the kind"), 421);
});
