/** The middle of some values, and how far they reach. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/**
 * The spread of one or more values.
 *
 * @example
 * ```ts
 * import { spread } from "./spread.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(spread([3, 1, 2, 10]), { median: 2.5, least: 1, most: 10 });
 * ```
 */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    least: at(0),
    most: at(sorted.length - 1),
  };
}
