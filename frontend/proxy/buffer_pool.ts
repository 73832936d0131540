/**
 * Buffers of one size that are used again and again.
 *
 * Allocating a buffer for every connection costs more than everything else a relay does for it; a
 * pool costs an array access.
 *
 * @example
 * ```ts
 * import { assertStrictEquals } from "@std/assert";
 * import { BufferPool } from "./buffer_pool.ts";
 *
 * const pool = new BufferPool({ bytes: 1024, keep: 16 });
 * const buffer = pool.take();
 * pool.give(buffer);
 * assertStrictEquals(pool.take(), buffer);
 * ```
 */
export class BufferPool {
  /** Length of every buffer, in bytes. */
  readonly bytes: number;
  readonly #keep: number;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];

  /** Makes an empty pool of buffers of `bytes` bytes that keeps at most `keep` unused ones. */
  constructor({ bytes, keep }: { bytes: number; keep: number }) {
    this.bytes = bytes;
    this.#keep = keep;
  }

  /** How many unused buffers the pool holds. */
  get unused(): number {
    return this.#free.length;
  }

  /** A buffer for the caller alone, its content undefined. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#free.pop() ?? new Uint8Array(this.bytes);
  }

  /** Gives a buffer back; nothing may read from it or write to it any more, the kernel included. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    if (this.#free.length < this.#keep) this.#free.push(buffer);
  }
}
