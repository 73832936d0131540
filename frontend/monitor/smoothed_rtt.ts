/** A smoothed round-trip time. */
export interface SmoothedRtt {
  /** Milliseconds. */
  readonly ms: number;
}

/** Weight of a new sample, as in RFC 6298, section 2. */
const weight = 1 / 8;

/**
 * Adds a sample to a smoothed round-trip time, after RFC 6298: the first sample stands for itself,
 * each later one counts for an eighth.
 *
 * @param smoothed What was known before; null before the first sample.
 * @param sampleMs Round-trip time in milliseconds, without the time the agent held its answer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { addRttSample } from "./smoothed_rtt.ts";
 *
 * assertEquals(addRttSample(null, 8), { ms: 8 });
 * assertEquals(addRttSample({ ms: 8 }, 16), { ms: 9 });
 * ```
 */
export function addRttSample(smoothed: SmoothedRtt | null, sampleMs: number): SmoothedRtt {
  if (smoothed === null) return { ms: sampleMs };
  return { ms: smoothed.ms + weight * (sampleMs - smoothed.ms) };
}
