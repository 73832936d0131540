/** An exponentially weighted moving average at a moment. */
export interface MovingAverage {
  /** In the unit of the samples. */
  readonly value: number;
  /** When it was last updated, in monotonic milliseconds. */
  readonly at: number;
}

/**
 * What remains of an exponentially decaying weight, 0 to 1.
 *
 * @param elapsedMs Time since the weight was 1; a negative time counts as none.
 * @param timeConstantMs τ: the time in which a weight falls to 1/e, above 0.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { remainingWeight } from "./ewma.ts";
 *
 * assertEquals(remainingWeight(0, 10_000), 1);
 * assertAlmostEquals(remainingWeight(10_000, 10_000), 1 / Math.E);
 * ```
 */
export function remainingWeight(elapsedMs: number, timeConstantMs: number): number {
  return elapsedMs > 0 ? Math.exp(-elapsedMs / timeConstantMs) : 1;
}

/**
 * Takes a sample into an exponentially weighted moving average whose memory is a time, not a number
 * of samples: samples may come at any distance (Holt, 1957; the load average of Unix is one).
 *
 * @param previous The average so far; null makes the sample the first.
 * @param at When the sample was taken, in monotonic milliseconds.
 * @param timeConstantMs τ: a sample's weight falls to 1/e in this time. Above 0.
 * @throws {RangeError} If the time constant is not above 0.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { updateAverage } from "./ewma.ts";
 *
 * let average = updateAverage(null, 10, 0, 1000);
 * average = updateAverage(average, 20, 1000, 1000);
 * assertAlmostEquals(average.value, 20 - 10 / Math.E);
 * ```
 */
export function updateAverage(
  previous: MovingAverage | null,
  sample: number,
  at: number,
  timeConstantMs: number,
): MovingAverage {
  if (!(timeConstantMs > 0)) {
    throw new RangeError(
      `Cannot average: the time constant must be above 0, received ${timeConstantMs}`,
    );
  }
  if (previous === null) return { value: sample, at };
  const old = remainingWeight(at - previous.at, timeConstantMs);
  return { value: sample + old * (previous.value - sample), at: Math.max(at, previous.at) };
}
