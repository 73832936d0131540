import type { Origin, Probe, Report } from "../../lib/protocol/messages.ts";

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

/** What a probe says besides its number and time. */
export interface ProbeTerms {
  readonly answerWindowMs: number;
  readonly frontends: number;
  readonly sentFrom: Origin;
}

/** Replaced agent processes to remember: more than restart within a few rounds. */
const mostReplaced = 4_096;

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
  /** Agent processes that another one took the place of, and the last probe that was sent before. */
  readonly #replaced = new Map<bigint, number>();
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
    this.#replaced.clear();
  }

  /** Says what a verified report is worth, and remembers that it came. */
  match(report: Report, receivedAtMs: number): MatchedReport {
    const sent = this.#sent.get(report.sequence);
    if (report.session !== this.#session || sent === undefined || sent.sentAt !== report.sentAt) {
      return { kind: "refused", reason: "unmatched" };
    }
    if (report.sequence <= (this.#replaced.get(report.instance) ?? 0)) {
      return { kind: "refused", reason: "replayed" };
    }
    this.#replaced.delete(report.instance);
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
    const [oldest = this.#sequence + 1] = this.#sent.keys();
    for (const [instance, last] of this.#replaced) {
      if (last < oldest) this.#forgetReplaced(instance);
    }
  }

  /**
   * Takes no more answers or announcements of an agent process to the probes sent so far, as another
   * one has taken its place: what comes late may have been recorded or held back. One that is alive
   * after all goes on answering the probes to come.
   */
  replaced(instance: bigint): void {
    this.#replaced.delete(instance);
    this.#replaced.set(instance, this.#sequence);
    const [first] = this.#replaced.keys();
    if (this.#replaced.size > mostReplaced && first !== undefined) this.#forgetReplaced(first);
  }

  #forgetReplaced(instance: bigint): void {
    this.#replaced.delete(instance);
    this.forgetInstance(instance);
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
