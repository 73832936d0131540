import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { BufferPool } from "../buffer_pool.ts";
import { pattern } from "../loopback_fixture.ts";
import { KeptBytes } from "./kept_bytes.ts";

Deno.test("what was kept is all that was added, in order, up to the limit and not a byte beyond", () => {
  const limit = 100;
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 40 })), (lengths) => {
      const pool = new BufferPool({ bytes: 16, keep: 4 });
      const kept = new KeptBytes({ pool, limit });
      const buffer = new Uint8Array(40);
      const all: number[] = [];
      for (const [seed, length] of lengths.entries()) {
        buffer.set(pattern(40, seed));
        all.push(...buffer.subarray(0, length));
        kept.add(buffer, length);
      }
      const isWhole = all.length <= limit;
      assertEquals(kept.isWhole, isWhole);
      assertEquals(kept.copy(), isWhole ? Uint8Array.from(all) : null);
      kept.release();
      assertEquals(kept.copy(), null);
      // The pool's one buffer is back, where it was ever taken.
      assertEquals(pool.unused, lengths.length > 0 && (lengths[0] ?? 0) <= limit ? 1 : 0);
    }),
  );
});
