import { assertLess } from "@std/assert";
import type { BackendMetrics, ChoiceContext, Policy } from "./policy.ts";
import { seededRandom } from "./seeded_random.ts";

/** A context for tests: a client, seeded randomness and a time. */
export function contextAt(now: number, random: () => number = seededRandom(1)): ChoiceContext {
  return { now, random, client: "192.0.2.7" };
}

/**
 * Counts how often each slot is chosen.
 *
 * @param after Called with every choice, to open a connection for one.
 */
export function countChoices(
  policy: Policy,
  slots: readonly number[],
  backends: BackendMetrics,
  { times, context, after = () => {} }: {
    times: number;
    context: ChoiceContext;
    after?: (slot: number) => void;
  },
): number[] {
  const counts = slots.map(() => 0);
  for (let time = 0; time < times; time++) {
    const slot = policy.pick(slots, backends, context);
    const at = slots.indexOf(slot);
    counts[at] = (counts[at] ?? NaN) + 1;
    after(slot);
  }
  return counts;
}

/**
 * Asserts that counts are what drawing evenly at random would give: Pearson's chi-square statistic is
 * at most five standard deviations above its mean (one in a thousand runs, at worst; the tests' are
 * seeded and always the same).
 */
export function assertEvenSpread(counts: readonly number[]): void {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  assertLess(statistic, freedom + 5 * Math.sqrt(2 * freedom), `Not even: ${counts}`);
}
