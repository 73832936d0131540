/**
 * The value below which a part of the values lies, by the nearest rank; NaN of none.
 *
 * @param part 0 to 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { quantile } from "./quantile.ts";
 *
 * assertEquals(quantile([30, 10, 20], 0.5), 20);
 * ```
 */
export function quantile(values: readonly number[], part: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), part);
}

/** The same of values that are sorted. */
export function quantileOfSorted(sorted: Float64Array, part: number): number {
  const rank = Math.ceil(part * sorted.length);
  return sorted[Math.min(sorted.length - 1, Math.max(0, rank - 1))] ?? NaN;
}
