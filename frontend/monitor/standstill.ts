/**
 * How often {@linkcode StandstillWatch.note} is to be called, in milliseconds. It costs an idle
 * program less than a thousandth of a core.
 */
export const standstillBeatMs = 25;

/** A gap between two calls that is longer than this means a standstill, in milliseconds. */
const ordinaryGapMs = 2 * standstillBeatMs;

/**
 * Notices that this program stood still: it was suspended, or its event loop was held up.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { StandstillWatch } from "./standstill.ts";
 *
 * const watch = new StandstillWatch();
 * assert(!watch.note(0) && !watch.note(25));
 * assert(watch.note(1_250), "more than a second went by unnoticed");
 * ```
 */
export class StandstillWatch {
  #notedAt = Infinity;

  /**
   * Takes note that the program runs: to be called every {@linkcode standstillBeatMs}, or oftener.
   *
   * @param now Monotonic milliseconds.
   * @returns whether it stood still since the last call.
   */
  note(now: number): boolean {
    const gapMs = now - this.#notedAt;
    this.#notedAt = now;
    return gapMs > ordinaryGapMs;
  }
}
