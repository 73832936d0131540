import { assert, assertEquals } from "@std/assert";
import { BufferPool } from "./buffer_pool.ts";

Deno.test("a pool never gives the same buffer to two at a time", () => {
  const pool = new BufferPool({ bytes: 8, keep: 4 });
  const buffers = new Set(Array.from({ length: 10 }, () => pool.take()));
  assertEquals(buffers.size, 10);
  for (const buffer of buffers) pool.give(buffer);
  assertEquals(pool.unused, 4);
  assert(pool.take() !== pool.take());
});
