import { BufferPool } from "../buffer_pool.ts";

/** How much of what a client sent first is kept, in bytes, until its server has sent something. */
export const replayBytes = 64 * 1024;

/** Makes the pool for what the clients of one thread send first. */
export function createOpenings(): BufferPool {
  return new BufferPool({ bytes: 2 * 1024, keep: 1024 });
}

/**
 * Bytes that are kept for a while, in case they are needed once more.
 *
 * The first few go into a buffer of a pool: a message that opens a connection is short as a rule, and
 * memory of its own for each would cost more than everything else about it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { BufferPool } from "../buffer_pool.ts";
 * import { KeptBytes } from "./kept_bytes.ts";
 *
 * const kept = new KeptBytes({ pool: new BufferPool({ bytes: 2, keep: 1 }), limit: 4 });
 * kept.add(Uint8Array.of(1, 2, 9), 2);
 * kept.add(Uint8Array.of(3), 1);
 * assertEquals(kept.copy(), Uint8Array.of(1, 2, 3));
 * kept.add(Uint8Array.of(4, 5), 2);
 * assertEquals(kept.copy(), null);
 * ```
 */
export class KeptBytes {
  readonly #pool: BufferPool;
  readonly #limit: number;
  #bytes: Uint8Array<ArrayBuffer> | null = null;
  #length = 0;
  #isOver = false;

  /** Keeps nothing yet, and at most `limit` bytes. */
  constructor({ pool, limit }: { readonly pool: BufferPool; readonly limit: number }) {
    this.#pool = pool;
    this.#limit = limit;
  }

  /** Keeps the first `length` of some bytes as well; with more than the limit, none at all. */
  add(bytes: Uint8Array, length: number): void {
    if (this.#isOver) return;
    if (this.#length + length > this.#limit) return this.release();
    const room = this.#makeRoom(this.#length + length);
    room.set(length === bytes.length ? bytes : bytes.subarray(0, length), this.#length);
    this.#length += length;
  }

  /** A copy of all bytes that were kept, which may be none; null where they were too many. */
  copy(): Uint8Array<ArrayBuffer> | null {
    if (this.#isOver) return null;
    return this.#bytes?.slice(0, this.#length) ?? new Uint8Array();
  }

  /** How many bytes are kept; null where they were too many. */
  get length(): number | null {
    return this.#isOver ? null : this.#length;
  }

  /** Whether the bytes can be had still. */
  get isWhole(): boolean {
    return !this.#isOver;
  }

  /** Forgets the bytes; no more are kept. */
  release(): void {
    this.#isOver = true;
    this.#giveBack();
  }

  #giveBack(): void {
    if (this.#bytes?.length === this.#pool.bytes) this.#pool.give(this.#bytes);
    this.#bytes = null;
  }

  #makeRoom(length: number): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes ?? this.#pool.take();
    if (bytes.length >= length) return this.#bytes = bytes;
    const larger = new Uint8Array(Math.min(this.#limit, 2 * length));
    larger.set(bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#giveBack();
    return this.#bytes = larger;
  }
}
