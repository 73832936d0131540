const kibi = 1024;

/**
 * How much to read at once, by the part of the budget that is in use already: large reads make bulk
 * transfers cheap, and small ones still carry bytes where a thousand connections hold theirs up.
 */
const grades = [
  { below: 1 / 2, bytes: 256 * kibi },
  { below: 3 / 4, bytes: 64 * kibi },
  { below: 1, bytes: 16 * kibi },
  { below: Infinity, bytes: 2 * kibi },
] as const;

/** The sizes of reads, the largest first. */
export const bulkSizes = grades.map(({ bytes }) => bytes);

/** For all threads together, in bytes, and for each of them at least. */
const ofAll = 8 * 1024 * kibi;
const ofEach = 1024 * kibi;

/** The part of a thread where so many threads carry connections, in bytes. */
export function bulkBytesOf(threads: number): number {
  return Math.max(ofEach, Math.floor(ofAll / threads));
}

/**
 * A thread's memory for what was read and cannot be written yet. A client that asks for much and reads
 * nothing holds up as many bytes as were read at once; the more others do, the less is read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { BulkBudget } from "./bulk_budget.ts";
 *
 * const budget = new BulkBudget(1024 * 1024);
 * assertEquals(budget.size, 256 * 1024);
 * budget.take(600_000);
 * assertEquals(budget.size, 64 * 1024);
 * budget.give(600_000);
 * assertEquals(budget.size, 256 * 1024);
 * ```
 */
export class BulkBudget {
  readonly #bytes: number;
  #inUse = 0;

  /** Has so many bytes. */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** How many bytes are in use. */
  get inUse(): number {
    return this.#inUse;
  }

  /** How many bytes to read at once now. */
  get size(): number {
    const part = this.#inUse / this.#bytes;
    return grades.find(({ below }) => part < below)?.bytes ?? 0;
  }

  /** So many bytes are held. */
  take(bytes: number): void {
    this.#inUse += bytes;
  }

  /** They are held no more. */
  give(bytes: number): void {
    this.#inUse -= bytes;
  }
}
