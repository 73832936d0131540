/** A smoothed round-trip time. */
export interface SmoothedRtt {
  /** Milliseconds. */
  readonly ms: number;
}

/** Weight of a sample that is longer than what is known: that of RFC 6298, section 2. */
const risingWeight = 1 / 8;

/**
 * Weight of a shorter one. What disturbs a sample (a busy processor at either end) can only lengthen
 * it, so that a shorter one is nearer to the network's own time.
 */
const fallingWeight = 1 / 2;

/**
 * Adds a sample to a smoothed round-trip time, after RFC 6298: the first sample stands for itself.
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
 * assertEquals(addRttSample({ ms: 8 }, 4), { ms: 6 });
 * ```
 */
export function addRttSample(smoothed: SmoothedRtt | null, sampleMs: number): SmoothedRtt {
  if (smoothed === null) return { ms: sampleMs };
  const weight = sampleMs < smoothed.ms ? fallingWeight : risingWeight;
  return { ms: smoothed.ms + weight * (sampleMs - smoothed.ms) };
}
