const shortestMs = 100;
const longestMs = 30_000;

/**
 * How long to wait before a worker that died is replaced: a tenth of a second, and twice as long each
 * time that the replacement dies as well, up to half a minute. One that lived longer than the longest
 * pause begins anew.
 *
 * @param lastMs The pause before the worker that died was started; 0 for the first one.
 * @param livedMs How long it lived.
 * @returns milliseconds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { restartPause } from "./restart_pause.ts";
 *
 * assertEquals(restartPause(0, 5), 100);
 * assertEquals(restartPause(100, 5), 200);
 * assertEquals(restartPause(25_600, 5), 30_000);
 * assertEquals(restartPause(25_600, 60_000), 100);
 * ```
 */
export function restartPause(lastMs: number, livedMs: number): number {
  if (livedMs > longestMs) return shortestMs;
  return Math.min(Math.max(lastMs * 2, shortestMs), longestMs);
}
