import type { HistogramReading } from "../../lib/metrics/metric_family.ts";

/**
 * Histograms of one kind in memory that may be shared, a row each: how many values fell into each
 * bucket, and their sum. A row has one writer; to note a value costs it two additions.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cellsPerRow, Histograms } from "./histograms.ts";
 *
 * const bounds = [1, 10];
 * const histograms = new Histograms(bounds, new Float64Array(2 * cellsPerRow(bounds)));
 * for (const value of [1, 2, 70]) histograms.note(0, value);
 * histograms.note(1, 0.5);
 * assertEquals(histograms.read([0, 1]), { bounds, counts: [2, 1, 1], sum: 73.5 });
 * ```
 */
export class Histograms {
  readonly #bounds: readonly number[];
  readonly #cells: Float64Array;
  readonly #width: number;

  /**
   * @param bounds The upper bounds of the buckets, rising; a bucket holds its bound.
   * @param cells {@linkcode cellsPerRow} for each row.
   */
  constructor(bounds: readonly number[], cells: Float64Array) {
    this.#bounds = bounds;
    this.#cells = cells;
    this.#width = cellsPerRow(bounds);
  }

  /** Counts a value. */
  note(row: number, value: number): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? Infinity)) bucket++;
    const first = row * this.#width;
    this.#add(first + bucket, 1);
    this.#add(first + bounds.length + 1, value);
  }

  #add(cell: number, by: number): void {
    this.#cells[cell] = (this.#cells[cell] ?? 0) + by;
  }

  /** Some rows together. */
  read(rows: Iterable<number>): HistogramReading {
    const bounds = this.#bounds;
    const sums = new Array<number>(this.#width).fill(0);
    for (const row of rows) {
      const first = row * this.#width;
      for (let at = 0; at < this.#width; at++) {
        sums[at] = (sums[at] ?? 0) + (this.#cells[first + at] ?? 0);
      }
    }
    return { bounds, counts: sums.slice(0, -1), sum: sums.at(-1) ?? 0 };
  }

  /** Forgets what a row holds. */
  clear(row: number): void {
    this.#cells.fill(0, row * this.#width, (row + 1) * this.#width);
  }
}

/** How many numbers a row takes: the buckets, the one above all bounds, and the sum. */
export function cellsPerRow(bounds: readonly number[]): number {
  return bounds.length + 2;
}
