/** How often {@linkcode StandstillWatch.note} is to be called while it matters, in milliseconds. */
export const standstillBeatMs = 25;

/** A gap between two calls that is longer than this means a standstill, in milliseconds. */
const ordinaryGapMs = 2 * standstillBeatMs;

/**
 * Notices that this program stood still: it was suspended, or its event loop was held up. A time in
 * which nobody called {@linkcode StandstillWatch.note} cannot be told from a standstill.
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
   * Takes note that the program runs.
   *
   * @param now Monotonic milliseconds.
   * @returns whether it may have stood still since the last call.
   */
  note(now: number): boolean {
    const gapMs = now - this.#notedAt;
    this.#notedAt = now;
    return gapMs > ordinaryGapMs;
  }
}
