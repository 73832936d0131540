/** How many lines may be said. */
export interface LineBudgetOptions {
  /** Lines that may be said at once. */
  readonly most: number;
  /** After so many milliseconds one more may be said. */
  readonly refillMs: number;
  /** How long what was held back is gathered before it is told in a summary, in milliseconds. */
  readonly gatherMs: number;
}

/**
 * Bounds how many lines are said of things that happen by the thousand: a few at once, then a few in
 * a while, and the rest by their numbers. Others decide how often such things happen, so that a log
 * without a bound could be filled by them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LineBudget } from "./line_budget.ts";
 *
 * const budget = new LineBudget({ most: 1, refillMs: 3_000, gatherMs: 5_000 });
 * assertEquals(["found", "found", "lost"].map((kind) => budget.admit(kind, 0)), [true, false, false]);
 * assertEquals(budget.summary(5_000), "1 found, 1 lost");
 * assertEquals(budget.admit("found", 5_000), true);
 * ```
 */
export class LineBudget {
  readonly #options: LineBudgetOptions;
  #left: number;
  #refilledAt = -Infinity;
  readonly #heldBack = new Map<string, number>();
  #heldBackSince = 0;

  /** Makes a budget of which nothing is spent. */
  constructor(options: LineBudgetOptions) {
    this.#options = options;
    this.#left = options.most;
  }

  /**
   * Decides on one line.
   *
   * @param kind What it tells, in a word that can stand behind a number; one of a few.
   * @param now Monotonic milliseconds.
   * @returns whether to say it; if not, it is counted.
   */
  admit(kind: string, now: number): boolean {
    this.#refill(now);
    if (this.#left > 0) {
      this.#left--;
      return true;
    }
    if (this.#heldBack.size === 0) this.#heldBackSince = now;
    this.#heldBack.set(kind, (this.#heldBack.get(kind) ?? 0) + 1);
    return false;
  }

  #refill(now: number): void {
    const { most, refillMs } = this.#options;
    const due = Math.floor((now - this.#refilledAt) / refillMs);
    if (due < 1) return;
    this.#left = Math.min(most, this.#left + due);
    this.#refilledAt = this.#left === most ? now : this.#refilledAt + due * refillMs;
  }

  /**
   * What was held back, once it was gathered for long enough; it is told once.
   *
   * @param now Monotonic milliseconds.
   * @returns such as `980 discovered, 12 up`; null where there is nothing to tell yet.
   */
  summary(now: number): string | null {
    const isDue = now - this.#heldBackSince >= this.#options.gatherMs;
    if (this.#heldBack.size === 0 || !isDue) return null;
    const counts = [...this.#heldBack].map(([kind, count]) => `${count} ${kind}`);
    this.#heldBack.clear();
    return counts.join(", ");
  }
}
