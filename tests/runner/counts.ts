/** How the tests of a suite, or of all suites together, ended. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Adds up the counts of several suites.
 *
 * @example
 * ```ts
 * import { sumCounts } from "./counts.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   sumCounts([{ passed: 2, failed: 0, skipped: 1 }, { passed: 3, failed: 1, skipped: 0 }]),
 *   { passed: 5, failed: 1, skipped: 1 },
 * );
 * ```
 */
export function sumCounts(all: readonly Counts[]): Counts {
  const sum = (field: keyof Counts) => all.reduce((total, counts) => total + counts[field], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** The line that ends a run: `N passed, N failed, N skipped`. */
export function formatCounts({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
