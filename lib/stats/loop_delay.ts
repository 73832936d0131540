/**
 * How often {@linkcode LoopDelay.note} is to be called, in milliseconds. A delay that is as long is
 * always noticed, a shorter one as often as it happens to meet a call.
 */
export const loopBeatMs = 100;

/**
 * Measures how late an event loop comes to a timer that repeats: how long the thread was kept from
 * its other work. (Node's `monitorEventLoopDelay` does not see a blocked loop in Deno.)
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LoopDelay } from "./loop_delay.ts";
 *
 * const delay = new LoopDelay(0);
 * assertEquals(delay.note(100), 0);
 * assertEquals(delay.note(250), 50);
 * ```
 */
export class LoopDelay {
  #notedAt: number;

  /**
   * Begins to measure.
   *
   * @param now When the timer is started, in monotonic milliseconds.
   */
  constructor(now: number) {
    this.#notedAt = now;
  }

  /**
   * Takes note that the timer fired.
   *
   * @param now Monotonic milliseconds.
   * @returns how much later than it should have, in milliseconds.
   */
  note(now: number): number {
    const lateMs = now - this.#notedAt - loopBeatMs;
    this.#notedAt = now;
    // A timer that catches up comes early: nothing kept it.
    return Math.max(0, lateMs);
  }
}
