/**
 * Measures how late an event loop comes to a timer that repeats: how long the thread was kept from
 * its other work. (Node's `monitorEventLoopDelay` does not see a blocked loop in Deno.)
 *
 * A delay as long as the timer's interval is always noticed, a shorter one as often as it happens to
 * meet the timer. So it can be a timer that is there for something else: each costs an idle thread a
 * quarter of a millisecond whenever it fires.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LoopDelay } from "./loop_delay.ts";
 *
 * const delay = new LoopDelay(0, 100);
 * assertEquals(delay.note(100), 0);
 * assertEquals(delay.note(250), 50);
 * ```
 */
export class LoopDelay {
  readonly #intervalMs: number;
  #notedAt: number;

  /**
   * Begins to measure.
   *
   * @param now When the timer is started, in monotonic milliseconds.
   * @param intervalMs How often it is to fire, in milliseconds.
   */
  constructor(now: number, intervalMs: number) {
    this.#intervalMs = intervalMs;
    this.#notedAt = now;
  }

  /**
   * Takes note that the timer fired.
   *
   * @param now Monotonic milliseconds.
   * @returns how much later than it should have, in milliseconds.
   */
  note(now: number): number {
    const lateMs = now - this.#notedAt - this.#intervalMs;
    this.#notedAt = now;
    // A timer that catches up comes early: nothing kept it.
    return Math.max(0, lateMs);
  }
}
