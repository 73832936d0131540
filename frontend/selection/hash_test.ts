import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { hashText, mix32 } from "./hash.ts";
import { assertEvenSpread } from "./spread_fixture.ts";

Deno.test("mixing gives the published results of the MurmurHash3 finaliser", () => {
  assertEquals([0, 1, 2].map(mix32), [0, 0x514e28b7, 0x30f4c306]);
});

Deno.test("hashing gives FNV-1a's published result, mixed", () => {
  assertEquals(hashText(""), mix32(0x811c9dc5));
  assertEquals(hashText("a"), mix32(0xe40c292c));
  assertEquals(hashText("foobar"), mix32(0xbf9cf968));
});

Deno.test("hashes are unsigned 32-bit integers", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    const hash = hashText(text);
    assertEquals(hash, hash >>> 0);
  }));
});

Deno.test("a change of one bit changes about half of the bits", () => {
  const changes = Array.from({ length: 32 }, () => 0);
  for (let value = 0; value < 500; value++) {
    for (let bit = 0; bit < 32; bit++) {
      const changed = mix32(value) ^ mix32(value ^ (1 << bit));
      for (let at = 0; at < 32; at++) changes[at] = (changes[at] ?? NaN) + ((changed >>> at) & 1);
    }
  }
  assertEvenSpread(changes);
  assertEquals(Math.round(10 * changes.reduce((sum, one) => sum + one) / (500 * 32 * 32)), 5);
});
