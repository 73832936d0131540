import { BufferPool } from "../buffer_pool.ts";
import { type BulkBudget, bulkSizes } from "./bulk_budget.ts";

/** How much memory is kept of each size while it is unused, in bytes. */
const keepBytes = 1024 * 1024;

/** Buffers for connections that move much at the moment, as large as a budget allows. */
export class BulkBuffers {
  readonly #budget: BulkBudget;
  readonly #pools: ReadonlyMap<number, BufferPool>;

  /** Makes empty pools. */
  constructor(budget: BulkBudget) {
    this.#budget = budget;
    this.#pools = new Map(
      bulkSizes.map((bytes) => [bytes, new BufferPool({ bytes, keep: keepBytes / bytes })]),
    );
  }

  /** How many unused buffers there are, of all sizes. */
  get unused(): number {
    return this.#pools.values().reduce((sum, pool) => sum + pool.unused, 0);
  }

  /** A buffer for the caller alone, its content undefined. */
  take(): Uint8Array<ArrayBuffer> {
    const { size } = this.#budget;
    this.#budget.take(size);
    return this.#pools.get(size)?.take() ?? new Uint8Array(size);
  }

  /** Gives a buffer back; nothing may read from it or write to it any more, the kernel included. */
  give(buffer: Uint8Array<ArrayBuffer>): void {
    this.#budget.give(buffer.length);
    this.#pools.get(buffer.length)?.give(buffer);
  }
}
