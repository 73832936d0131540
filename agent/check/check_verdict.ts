import { type CheckOutcome, isFailing } from "../../lib/protocol/check_outcome.ts";

/** How results become a verdict. */
export interface VerdictRules {
  /** Results in a row that turn a verdict. */
  readonly turn: number;
  /** A verdict that turned so often within `flapMemoryMs` takes more good results to turn back. */
  readonly flapMemoryMs: number;
  /** The most good results in a row that are asked of a service that flaps. */
  readonly mostGood: number;
  /** Without a result for so long the service fails, in milliseconds. */
  readonly silenceMs: number;
}

/** Every two seconds a check; three intervals without a result are a failure. */
export const defaultVerdictRules: VerdictRules = {
  turn: 2,
  flapMemoryMs: 60_000,
  mostGood: 16,
  silenceMs: 6_000,
};

/**
 * What the checks of a service say of it.
 *
 * Two failures in a row, or two successes, turn it. A service that turns again and again has to prove
 * itself for longer each time before it is used again: two, four, eight, sixteen successes in a row
 * for the failures of the last minute.
 */
export class CheckVerdict {
  readonly #rules: VerdictRules;
  #outcome: CheckOutcome = { kind: "pending" };
  #good = 0;
  #bad = 0;
  #lastResultMs: number;
  /** When it turned to failing, of late. */
  #failedAt: number[] = [];

  /**
   * Begins without a result.
   *
   * @param nowMs Monotonic milliseconds, as all times here.
   */
  constructor(nowMs: number, rules: VerdictRules = defaultVerdictRules) {
    this.#rules = rules;
    this.#lastResultMs = nowMs;
  }

  /** The verdict: `pending` before the first. */
  get outcome(): CheckOutcome {
    return this.#outcome;
  }

  /**
   * Takes in the result of a check.
   *
   * @returns whether the verdict has changed.
   */
  note(result: CheckOutcome, nowMs: number): boolean {
    this.#lastResultMs = nowMs;
    return isFailing(result) ? this.#noteBad(result, nowMs) : this.#noteGood(nowMs);
  }

  #noteBad(result: CheckOutcome, nowMs: number): boolean {
    this.#good = 0;
    this.#bad++;
    if (this.#bad < this.#rules.turn || isFailing(this.#outcome)) return false;
    this.#fail(result, nowMs);
    return true;
  }

  #noteGood(nowMs: number): boolean {
    this.#bad = 0;
    this.#good++;
    if (this.#outcome.kind === "passing" || this.#good < this.#goodNeeded(nowMs)) return false;
    this.#outcome = { kind: "passing" };
    return true;
  }

  #goodNeeded(nowMs: number): number {
    const { flapMemoryMs, mostGood, turn } = this.#rules;
    this.#failedAt = this.#failedAt.filter((at) => nowMs - at < flapMemoryMs);
    return Math.min(mostGood, turn * 2 ** Math.max(0, this.#failedAt.length - 1));
  }

  #fail(outcome: CheckOutcome, nowMs: number): void {
    this.#outcome = outcome;
    this.#good = 0;
    this.#failedAt.push(nowMs);
  }

  /**
   * Notices that no check has come to an end for too long; to be called about once a second.
   *
   * @returns whether the verdict has changed.
   */
  tick(nowMs: number): boolean {
    if (nowMs - this.#lastResultMs < this.#rules.silenceMs || isFailing(this.#outcome)) {
      return false;
    }
    this.#fail({ kind: "no-result" }, nowMs);
    return true;
  }
}
