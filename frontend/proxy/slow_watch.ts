import { DenseSet, type Member } from "./dense_set.ts";
import { Looks } from "./looks.ts";

/** How often the watch looks, in milliseconds. */
export const lookMs = 10;

/** Something that should not take longer than a number of looks. */
export interface Pending extends Member {
  /** Looks until it takes too long; the watch's own business. */
  looks: number;
  /** Is called once when it takes longer than it should. */
  slow(): void;
}

/**
 * Tells of what takes longer than it should, with one timer for all, which runs only while there is
 * something to watch.
 *
 * Time is counted in looks: when the thread stands still for a second, the answers to a thousand
 * attempts wait to be read, and a clock would call all of them slow.
 */
export class SlowWatch implements Disposable {
  readonly #pending = new DenseSet<Pending>();
  readonly #looks: Looks;

  /** @param turn Resolves when the thread has dealt with all that is ready. */
  constructor(turn: () => Promise<void>) {
    this.#looks = new Looks({ intervalMs: lookMs, turn, look: () => this.look() });
  }

  /**
   * Watches something from now on.
   *
   * @param afterMs How long it may take; up to two looks more are granted.
   */
  watch(pending: Pending, afterMs: number): void {
    // The first look may come right away, hence the one more.
    pending.looks = Math.ceil(afterMs / lookMs) + 1;
    this.#pending.add(pending);
    this.#looks.begin();
  }

  /** Watches it no more; to be called in any case. */
  forget(pending: Pending): void {
    this.#pending.delete(pending);
  }

  /** Looks once; says whether anything is watched still. */
  look(): boolean {
    for (const pending of this.#pending) {
      if (--pending.looks > 0) continue;
      this.#pending.delete(pending);
      pending.slow();
    }
    return this.#pending.size > 0;
  }

  /** Stops the timer; what is still pending is slow no more, until something new is watched. */
  [Symbol.dispose](): void {
    this.#looks[Symbol.dispose]();
  }
}
