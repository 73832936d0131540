import type { ServiceSetting } from "../../lib/config/settings.ts";
import { type CheckOutcome, checkWords, isFailing } from "../../lib/protocol/check_outcome.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import { serviceLabel } from "../service_changes.ts";
import type { CheckResult } from "./check_result.ts";
import { CheckVerdict } from "./check_verdict.ts";

/** A service that is checked: what is known of it, and what the log is told. */
export class CheckedService {
  readonly #label: string;
  readonly #logger: Logger;
  #verdict: CheckVerdict;
  /** Why it cannot be checked; null while it can. */
  #notRun: string | null = null;
  #remark: string | null = null;

  /**
   * Begins without a result.
   *
   * @param nowMs Monotonic milliseconds, as all times here.
   */
  constructor(service: ServiceSetting, logger: Logger, nowMs: number) {
    this.#label = serviceLabel(service);
    this.#logger = logger;
    this.#verdict = new CheckVerdict(nowMs);
  }

  /** Why it cannot be checked; null while it can. */
  get notRun(): string | null {
    return this.#notRun;
  }

  /** What is reported; null while it cannot be checked. */
  get outcome(): CheckOutcome | null {
    return this.#notRun === null ? this.#verdict.outcome : null;
  }

  /**
   * Takes in what became of a check.
   *
   * @returns whether what is reported has changed.
   */
  note(what: CheckResult, nowMs: number): boolean {
    if (what.kind === "not-run") return this.#noteNotRun(what.reason);
    this.#noteRemark(what.remark);
    const runsAgain = this.#notRun !== null;
    if (runsAgain) {
      this.#notRun = null;
      this.#verdict = new CheckVerdict(nowMs);
      this.#logger.info(`Checks ${this.#label} again`);
    }
    const turned = this.#verdict.note(what.outcome, nowMs);
    if (turned) this.#sayTurn();
    return turned || runsAgain;
  }

  /**
   * Notices that no check has come to an end for too long; to be called about once a second.
   *
   * @returns whether what is reported has changed.
   */
  tick(nowMs: number): boolean {
    const turned = this.#notRun === null && this.#verdict.tick(nowMs);
    if (turned) this.#sayTurn();
    return turned;
  }

  /** It says nothing of the service: the same file of settings goes to every machine. */
  #noteNotRun(reason: string): boolean {
    if (this.#notRun === reason) return false;
    const changed = this.#notRun === null;
    this.#notRun = reason;
    this.#logger.warn(
      `Cannot check ${this.#label}: ${reason}; it counts as unchecked, not as failing`,
    );
    return changed;
  }

  #noteRemark(remark: string | null): void {
    if (remark !== null && remark !== this.#remark) {
      this.#logger.warn(`The check of ${this.#label} ${remark}`);
    }
    this.#remark = remark;
  }

  #sayTurn(): void {
    const { outcome } = this.#verdict;
    if (!isFailing(outcome)) return this.#logger.info(`The check of ${this.#label} passes`);
    this.#logger.warn(
      `The check of ${this.#label} fails (${checkWords(outcome)}), so front ends will not use it`,
    );
  }
}
