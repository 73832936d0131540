import { remainingWeight } from "../../lib/stats/ewma.ts";

/** A choice's weight falls to 1/e in this time, in milliseconds. */
const memoryMs = 3_000;

/** A count that fades. */
class FadingCount {
  #value = 0;
  #at = -Infinity;

  add(now: number): void {
    this.#value = this.at(now) + 1;
    this.#at = now;
  }

  at(now: number): number {
    return this.#value * remainingWeight(now - this.#at, memoryMs);
  }
}

/** Remembers which part of the choices of late fell on each slot. */
export class ChoiceShares {
  readonly #bySlot: FadingCount[] = [];
  readonly #all = new FadingCount();

  /**
   * Takes note of a choice.
   *
   * @param now Monotonic milliseconds.
   */
  choose(slot: number, now: number): void {
    (this.#bySlot[slot] ??= new FadingCount()).add(now);
    this.#all.add(now);
  }

  /** A slot's part of the choices of the last seconds, 0 to 1. */
  of(slot: number, now: number): number {
    const own = this.#bySlot[slot]?.at(now) ?? 0;
    return own > 0 ? own / this.#all.at(now) : 0;
  }
}
