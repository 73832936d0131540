/**
 * A budget of looks per second, so that something dear that a stranger can provoke never takes more
 * than its share of a thread.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LookBudget } from "./look_budget.ts";
 *
 * const budget = new LookBudget(1_000);
 * assertEquals(budget.left(0), 1_000);
 * budget.spend(600);
 * assertEquals(budget.left(100), 500);
 * ```
 */
export class LookBudget {
  readonly #perSecond: number;
  #tokens: number;
  #at = 0;

  /** Begins with the looks of one second, and never saves up more. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
  }

  /** How many looks may be taken `now`, in monotonic milliseconds; none while it is overdrawn. */
  left(now: number): number {
    const earned = (now - this.#at) / 1_000 * this.#perSecond;
    this.#tokens = Math.min(this.#perSecond, this.#tokens + Math.max(0, earned));
    this.#at = now;
    return Math.max(0, this.#tokens);
  }

  /** Takes looks out of the budget. */
  spend(looks: number): void {
    this.#tokens -= looks;
  }
}
