/** As many strangers' messages a second are ordinary: machines with another key, or an older release. */
const ordinaryPerSecond = 64;
/** Beyond, one in so many comes through: enough to name who sends them. */
const oneInWhenMany = 64;
/** How long the seconds have to stay ordinary before all come through again. */
const calmSeconds = 60;

/**
 * Says how many of the messages that do not verify the kernel is to let through: all of them while
 * they are few, so that a machine with another key is named at once, and one in 64 while they are so
 * many that looking at them costs more than they tell.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { StrangerWatch } from "./stranger_watch.ts";
 *
 * const watch = new StrangerWatch();
 * assertEquals(watch.oneIn, 1);
 * for (let count = 0; count < 1_000; count++) watch.note();
 * assertEquals(watch.second(), true);
 * assertEquals(watch.oneIn, 64);
 * ```
 */
export class StrangerWatch {
  #seen = 0;
  #calmFor = calmSeconds;

  /** One in so many is to come through. */
  get oneIn(): number {
    return this.#calmFor >= calmSeconds ? 1 : oneInWhenMany;
  }

  /** Takes note of a stranger's message that came through. */
  note(): void {
    this.#seen++;
  }

  /**
   * To be called about once a second.
   *
   * @returns whether {@linkcode oneIn} has changed.
   */
  second(): boolean {
    const before = this.oneIn;
    const isOrdinary = this.#seen * before <= ordinaryPerSecond;
    this.#seen = 0;
    this.#calmFor = isOrdinary ? this.#calmFor + 1 : 0;
    return this.oneIn !== before;
  }
}
