/** As if so much of an answer were known of a server that has not answered: finite, and next to nothing. */
const leastAnswers = 0.5;

/**
 * Draws times towards their middle as far as chance alone can explain that they differ.
 *
 * Answer times scatter about as widely as they are long, so the logarithm of a mean of n of them scatters
 * by 1/√n. A difference that is no larger than that says nothing and is left out; of a larger one, as much is
 * kept as the James-Stein estimator does in its positive part (Efron and Morris, "Stein's Paradox in
 * Statistics", 1977). What many answers tell is hardly changed.
 *
 * @param timesMs Above 0, in milliseconds.
 * @param answers How many answers each was learnt from; need not be whole.
 * @param doubt How many times its scatter a difference must be to count; 0 leaves all as it is.
 * @returns as many times, in their order.
 *
 * @example
 * ```ts
 * import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
 * import { withoutChance } from "./significance.ts";
 *
 * const [one = 0, other = 0] = withoutChance([10, 15], [2, 3], 1);
 * assertAlmostEquals(one, other);
 * const [fast = 0, slow = 0] = withoutChance([10, 15], [2_000, 3_000], 1);
 * assert(fast < 10.1 && slow > 14.9);
 * ```
 */
export function withoutChance(
  timesMs: readonly number[],
  answers: readonly number[],
  doubt: number,
): number[] {
  const scatters = answers.map((count) => 1 / Math.max(count, leastAnswers));
  const ofMiddle = scatters.reduce((sum, scatter) => sum + scatter, 0) / scatters.length ** 2;
  const middle = timesMs.reduce((sum, ms) => sum + Math.log(ms), 0) / timesMs.length;
  return timesMs.map((ms, at) => {
    const difference = Math.log(ms) - middle;
    const chance = doubt * doubt * ((scatters[at] ?? 0) + ofMiddle);
    const kept = Math.max(0, 1 - chance / (difference * difference));
    return Math.exp(middle + (kept > 0 ? difference * kept : 0));
  });
}
