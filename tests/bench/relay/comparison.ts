import { type Figure, type FigureName, figures } from "./figures.ts";
import type { Target } from "./aims.ts";
import { type Measured, valuesOf } from "./results.ts";
import { type Spread, spread } from "../spread.ts";

/** Whether something was reached. */
export type Verdict = "aim reached" | "reached" | "missed";

/** The best of several by the median of a figure; null where none has it. */
export function best(measured: readonly Measured[], figure: FigureName): Measured | null {
  const sign = figures[figure].better === "more" ? -1 : 1;
  const ranked = measured
    .filter((one) => valuesOf(one, figure).length > 0)
    .map((one) => ({ one, rank: sign * spread(valuesOf(one, figure)).median }))
    .toSorted((a, b) => a.rank - b.rank);
  return ranked[0]?.one ?? null;
}

/** One contender's figure as a part of another's, round by round; null where either has none. */
export function ratio(one: Measured, to: Measured, figure: FigureName): Spread | null {
  const ratios = one.samples.flatMap((sample, round) => {
    const [value, other] = [sample[figure], to.samples[round]?.[figure]];
    return value === undefined || other === undefined ? [] : [value / other];
  });
  return ratios.length === 0 ? null : spread(ratios);
}

/**
 * Judges a median.
 *
 * @example
 * ```ts
 * import { judge } from "./comparison.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(judge(0.85, { atLeast: 0.8, aim: 0.9 }, "more"), "reached");
 * assertEquals(judge(1.3, { atLeast: 1.2, aim: 1 }, "less"), "missed");
 * ```
 */
export function judge(
  median: number,
  { atLeast, aim }: Target,
  better: Figure["better"],
): Verdict {
  const isReached = (target: number) => better === "more" ? median >= target : median <= target;
  if (isReached(aim)) return "aim reached";
  return isReached(atLeast) ? "reached" : "missed";
}
