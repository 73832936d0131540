import { type MovingAverage, updateAverage } from "./ewma.ts";

/** How fast a counter grows, as far as it was watched. */
export interface RateEstimate {
  /** The counter's last value. */
  readonly counter: number;
  /** When it was read, in monotonic milliseconds. */
  readonly at: number;
  /** The smoothed rate, in units per second; null until the counter was read twice. */
  readonly perSecond: number | null;
}

/**
 * Estimates how fast a growing counter grows from readings at any distance in time: bytes into
 * bytes per second, for one.
 *
 * The rate between two readings is averaged with the rates before it; the first one counts in full.
 * A counter that went backwards was started anew, and so is the estimate. A reading that is not
 * later than the last one is left out; what it counted shows in the next.
 *
 * @param previous The estimate so far; null at the first reading.
 * @param counter The reading.
 * @param at When it was taken, in monotonic milliseconds.
 * @param timeConstantMs τ of the average: smaller is quicker and rougher. Above 0.
 * @throws {RangeError} If the time constant is not above 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { updateRate } from "./rate.ts";
 *
 * const first = updateRate(null, 1_000_000, 0, 2000);
 * assertEquals(first.perSecond, null);
 * assertEquals(updateRate(first, 1_500_000, 500, 2000).perSecond, 1_000_000);
 * ```
 */
export function updateRate(
  previous: RateEstimate | null,
  counter: number,
  at: number,
  timeConstantMs: number,
): RateEstimate {
  if (previous === null || counter < previous.counter) return { counter, at, perSecond: null };
  const elapsedMs = at - previous.at;
  if (elapsedMs <= 0) return previous;
  const latest = (counter - previous.counter) * 1000 / elapsedMs;
  const average: MovingAverage | null = previous.perSecond === null
    ? null
    : { value: previous.perSecond, at: previous.at };
  return { counter, at, perSecond: updateAverage(average, latest, at, timeConstantMs).value };
}
