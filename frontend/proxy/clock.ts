/** Monotonic milliseconds. */
export type Clock = () => number;

/**
 * The main thread's clock, as another thread reads it.
 *
 * Every worker counts `performance.now()` from its own start, so the main thread says what its clock
 * shows and the worker notes the difference; what is left of an error is the message's way.
 *
 * @param mainNow What the main thread's clock showed when it sent its message.
 * @param own The clock of this thread.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { followClock } from "./clock.ts";
 *
 * let own = 5;
 * const clock = followClock(1000, () => own);
 * own = 8;
 * assertEquals(clock(), 1003);
 * ```
 */
export function followClock(mainNow: number, own: Clock): Clock {
  const ahead = mainNow - own();
  return () => own() + ahead;
}
