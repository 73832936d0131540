/**
 * Time as far as a thread has kept up with it: moments at which it had dealt with all that was ready
 * are never further apart than `mostMs`, whatever a clock says.
 *
 * Limits that are measured so do not hold it against a client that the thread stood still.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { OwnTime } from "./own_time.ts";
 *
 * const time = new OwnTime(0, 1_000);
 * assertEquals(time.at(400), 400);
 * time.caughtUp(500);
 * assertEquals(time.at(60_000), 1_500);
 * time.caughtUp(60_000);
 * assertEquals(time.at(60_100), 1_600);
 * ```
 */
export class OwnTime {
  readonly #mostMs: number;
  /** What had passed at the last moment, and when that was. */
  #passedMs = 0;
  #caughtUpAt: number;

  /** Begins at 0. */
  constructor(now: number, mostMs: number) {
    this.#caughtUpAt = now;
    this.#mostMs = mostMs;
  }

  /** The thread has dealt with all that was ready, `now` in monotonic milliseconds. */
  caughtUp(now: number): void {
    this.#passedMs = this.at(now);
    this.#caughtUpAt = now;
  }

  /** How many milliseconds have passed `now`. */
  at(now: number): number {
    return this.#passedMs + Math.min(now - this.#caughtUpAt, this.#mostMs);
  }
}
