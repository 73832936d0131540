import { type RefusalReason, refusalSentences } from "../lib/protocol/refusal.ts";
import type { Logger } from "../lib/systemd/logger.ts";
import { RefusalLimit } from "../lib/systemd/refusal_limit.ts";
import type { RefusalCount } from "./status.ts";

/** What refusals are told to, and by which clock. */
export interface RefusalsOptions {
  readonly logger: Logger;
  /** Told of each, before it is counted. */
  readonly onRefused: (reason: RefusalReason) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Counts the datagrams that the front end refuses, by reason, and names some of them in the log. */
export class Refusals {
  readonly #options: RefusalsOptions;
  readonly #counts = new Map<RefusalReason, RefusalCount>();
  readonly #limit = new RefusalLimit();

  /** Makes one that has counted nothing. */
  constructor(options: RefusalsOptions) {
    this.#options = options;
  }

  /** How many there were for each reason that there was, and where the last one came from. */
  get counts(): RefusalCount[] {
    return [...this.#counts.values()];
  }

  /**
   * Takes note of a datagram that was refused.
   *
   * @param source The address that it came from.
   * @param claimed The address that it claims to come from, where that is what is wrong.
   */
  note(reason: RefusalReason, source: string, claimed: string | null = null): void {
    const { logger, onRefused, now } = this.#options;
    onRefused(reason);
    const count = (this.#counts.get(reason)?.count ?? 0) + 1;
    this.#counts.set(reason, { reason, count, lastFrom: source, lastClaimed: claimed });
    const claim = claimed === null ? "" : `, which says that it is sent from ${claimed}`;
    const sentence = refusalSentences[reason];
    const message = `Refused a datagram from ${source}${claim} (${reason}): ${sentence}`;
    const line = this.#limit.admit(reason, source, message, now());
    if (line !== null) logger.warn(line);
  }
}
