/** Shorter than this no attempt is called slow, in milliseconds: threads have hiccups, too. */
const shortestMs = 30;
/** Longer than this no attempt goes on alone: the "Connection Attempt Delay" of RFC 8305. */
const longestMs = 250;
/** An answer that takes four times the usual has probably been lost. */
const roundTrips = 4;

/**
 * How long an attempt to connect may take before another server is tried beside it.
 *
 * Connecting takes one round trip. Both figures contain the network's and something of a busy
 * machine's, so the smaller one is nearer to the truth.
 *
 * @param known Milliseconds, NaN where unknown: the monitor's round trip and this worker's usual time
 * to connect.
 * @returns 30 to 250 milliseconds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { patienceMs } from "./patience.ts";
 *
 * assertEquals(patienceMs({ rttMs: 0.3, connectMs: 0.5 }), 30);
 * assertEquals(patienceMs({ rttMs: NaN, connectMs: 20 }), 80);
 * assertEquals(patienceMs({ rttMs: 900, connectMs: NaN }), 250);
 * ```
 */
export function patienceMs(
  { rttMs, connectMs }: { readonly rttMs: number; readonly connectMs: number },
): number {
  if (Number.isNaN(rttMs) && Number.isNaN(connectMs)) return shortestMs;
  const usual = Math.min(unlessUnknown(rttMs), unlessUnknown(connectMs));
  return Math.min(Math.max(roundTrips * usual, shortestMs), longestMs);
}

function unlessUnknown(ms: number): number {
  return Number.isNaN(ms) ? Infinity : ms;
}
