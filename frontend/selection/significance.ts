import type { Pace } from "../table/pace.ts";

/** As if so much of an answer were known of a server that has not answered: finite, and next to nothing. */
const leastAnswers = 0.5;

/** How little is believed of what answers tell. */
export interface DoubtRules {
  /** How many times its usual scatter a difference must be to count. */
  readonly doubt: number;
  /** How many times the scatter that goes beyond the usual. */
  readonly excessDoubt: number;
}

/**
 * By how much the logarithm of a server's mean time may differ for no reason of the server's, squared.
 *
 * Answer times scatter about as widely as they are long, so the logarithm of a mean of n of them scatters
 * by 1/√n. Where they scatter more widely, as on a machine that halts now and then, that counts for more:
 * one answer that took a hundred times as long as its neighbours says nothing of the server.
 */
export function chanceIn(
  { ms, places, answers, squares }: Pace,
  { doubt, excessDoubt }: DoubtRules,
): number {
  const usual = 1 / Math.max(answers, leastAnswers);
  // Of weighted least squares, for times in proportion to their places, and their variances, too.
  const found = (squares * places / (ms * ms) - 1) / answers;
  const excess = found > usual ? found - usual : 0;
  return doubt * doubt * usual + excessDoubt * excessDoubt * excess;
}

/**
 * Draws times towards their middle as far as chance alone can explain that they differ.
 *
 * A difference that is no larger than chance makes it says nothing and is left out; of a larger one, as
 * much is kept as the James-Stein estimator does in its positive part (Efron and Morris, "Stein's Paradox
 * in Statistics", 1977). What many answers tell is hardly changed.
 *
 * @param timesMs Above 0, in milliseconds.
 * @param chances How much of each one's logarithm may be chance, squared: {@linkcode chanceIn}.
 * @returns as many times, in their order.
 *
 * @example
 * ```ts
 * import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
 * import { withoutChance } from "./significance.ts";
 *
 * const [one = 0, other = 0] = withoutChance([10, 15], [1 / 2, 1 / 3]);
 * assertAlmostEquals(one, other);
 * const [fast = 0, slow = 0] = withoutChance([10, 15], [1 / 2_000, 1 / 3_000]);
 * assert(fast < 10.1 && slow > 14.9);
 * ```
 */
export function withoutChance(
  timesMs: readonly number[],
  chances: readonly number[],
): number[] {
  const ofMiddle = chances.reduce((sum, chance) => sum + chance, 0) / chances.length ** 2;
  const middle = timesMs.reduce((sum, ms) => sum + Math.log(ms), 0) / timesMs.length;
  return timesMs.map((ms, at) => {
    const difference = Math.log(ms) - middle;
    const chance = (chances[at] ?? 0) + ofMiddle;
    const kept = Math.max(0, 1 - chance / (difference * difference));
    return Math.exp(middle + (kept > 0 ? difference * kept : 0));
  });
}
