import type { Probe, Report } from "../../lib/protocol/messages.ts";

/** A probe that was sent and may still be answered. */
interface SentProbe {
  readonly round: number;
  readonly sentAtMs: number;
  readonly sentAt: bigint;
  readonly answeredBy: Set<bigint>;
}

/** What a report is, held against the probes that were sent. */
export type MatchedReport =
  | { readonly kind: "answer"; readonly round: number; readonly rttMs: number }
  | { readonly kind: "announcement" }
  /** The last announcement once more: agents repeat them, as one datagram may be lost. */
  | { readonly kind: "repeated" }
  | { readonly kind: "refused"; readonly reason: "unmatched" | "replayed" | "nonsense" };

/** What every probe of a session says alike. */
export interface ProbeTerms {
  readonly answerWindowMs: number;
  readonly frontends: number;
}

/** Clocks of two machines do not tick alike: a "negative" time as small as this is no lie. */
const toleranceMs = 0.5;

/**
 * The probes of a session that may still be answered: a report counts only if it answers one of
 * them, and only once (per agent process, as every agent answers the same multicast probe).
 */
export class OutstandingProbes {
  readonly #newSession: () => bigint;
  readonly #lastSequence: number;
  #session: bigint;
  readonly #sent = new Map<number, SentProbe>();
  readonly #announced = new Map<bigint, number>();
  #sequence = 0;

  /**
   * @param newSession Gives 64 random bits; asked once, and again should the sequence run out.
   * @param lastSequence The highest number a probe can have.
   */
  constructor(newSession: () => bigint, lastSequence = 2 ** 32 - 1) {
    this.#lastSequence = lastSequence;
    this.#newSession = newSession;
    this.#session = newSession();
  }

  /** Makes the next probe and remembers it; every datagram needs one of its own. */
  issue(round: number, nowMs: number, terms: ProbeTerms): Probe {
    if (this.#sequence === this.#lastSequence) this.#startSession();
    const sentAt = BigInt(Math.round(nowMs * 1000));
    const sequence = ++this.#sequence;
    this.#sent.set(sequence, { round, sentAtMs: nowMs, sentAt, answeredBy: new Set() });
    return { session: this.#session, sequence, sentAt, ...terms };
  }

  #startSession(): void {
    this.#session = this.#newSession();
    this.#sequence = 0;
    this.#sent.clear();
  }

  /** Says what a verified report is worth, and remembers that it came. */
  match(report: Report, receivedAtMs: number): MatchedReport {
    const sent = this.#sent.get(report.sequence);
    if (report.session !== this.#session || sent === undefined || sent.sentAt !== report.sentAt) {
      return { kind: "refused", reason: "unmatched" };
    }
    return report.announcement > 0
      ? this.#matchAnnouncement(report)
      : matchAnswer(sent, report, receivedAtMs);
  }

  #matchAnnouncement(report: Report): MatchedReport {
    const last = this.#announced.get(report.instance) ?? 0;
    if (report.announcement === last) return { kind: "repeated" };
    if (report.announcement < last) return { kind: "refused", reason: "replayed" };
    this.#announced.set(report.instance, report.announcement);
    return { kind: "announcement" };
  }

  /** Forgets the probes that were sent before a time: their answers come too late to count. */
  forgetSentBefore(timeMs: number): void {
    for (const [sequence, sent] of this.#sent) {
      if (sent.sentAtMs >= timeMs) break;
      this.#sent.delete(sequence);
    }
  }

  /** Forgets what an agent process announced, once that process is known to be gone. */
  forgetInstance(instance: bigint): void {
    this.#announced.delete(instance);
  }
}

function matchAnswer(sent: SentProbe, report: Report, receivedAtMs: number): MatchedReport {
  if (sent.answeredBy.has(report.instance)) return { kind: "refused", reason: "replayed" };
  const rttMs = receivedAtMs - sent.sentAtMs - report.heldMicros / 1000;
  if (rttMs < -toleranceMs) return { kind: "refused", reason: "nonsense" };
  sent.answeredBy.add(report.instance);
  return { kind: "answer", round: sent.round, rttMs: Math.max(rttMs, 0) };
}
