import type { Logger } from "../../lib/systemd/logger.ts";
import { LineBudget } from "../../lib/systemd/line_budget.ts";
import { OncePer } from "../../lib/systemd/rate_limit.ts";
import type { Heard, HeardReport } from "./roster.ts";

/** The same is told again after so many milliseconds. */
const sayAgainMs = 600_000;

/** What is told of agents at once and in a while: they can be made up, and restart as they please. */
const budget = { most: 10, refillMs: 30_000, gatherMs: 60_000 };

/** Tells the log what is remarkable about agents, in bounds. */
export class AgentNews {
  readonly #logger: Logger;
  readonly #said = new OncePer({ intervalMs: sayAgainMs });
  readonly #budget = new LineBudget(budget);

  /** Makes one that has told nothing yet. */
  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Tells what hearing a report has brought to light. */
  heard({ source }: HeardReport, heard: Heard, now: number): void {
    if (heard.alternates) this.#sayTwoInOne(source, now);
    else if (heard.restarted && this.#budget.admit("restarts", now)) {
      this.#logger.info(`The agent at ${source} was started anew`);
    }
    if (heard.duplicateOf !== null) this.#sayDuplicate(heard, now);
  }

  #sayTwoInOne(source: string, now: number): void {
    const message =
      `Two agents at ${source} answer under one identity: give each other LB_SERVICES, ` +
      "or stop one of them";
    const line = this.#said.admit(source, message, now);
    if (line !== null && this.#budget.admit("shared identities", now)) this.#logger.warn(line);
  }

  #sayDuplicate({ machine, duplicateOf }: Heard, now: number): void {
    if (!this.#budget.admit("clones", now)) return;
    this.#logger.warn(
      `The agents at ${machine.preferred.address} and ${duplicateOf?.preferred.address} have the ` +
        "same identity: the machines seem to be clones; they are told apart by address, but better " +
        "give each its own with: rm /etc/machine-id && systemd-machine-id-setup, and restart",
    );
  }

  /** Tells that a round of probing was late. */
  heldUp(lateMs: number, now: number): void {
    const message = `Probing was held up for ${Math.round(lateMs)} ms on this machine: ` +
      "unanswered probes of that time are not held against the servers";
    const line = this.#said.admit("held up", message, now);
    if (line !== null) this.#logger.warn(line);
  }

  /** Tells in a line what was too much to be told one by one. */
  tick(now: number): void {
    const summary = this.#budget.summary(now);
    if (summary !== null) this.#logger.info(`Agents, not told one by one: ${summary}`);
  }
}
