import type { Origin, Probe, Report } from "../../lib/protocol/messages.ts";

/** A probe that was sent and may still be answered. */
interface SentProbe {
  readonly round: number;
  readonly sentAtMs: number;
  readonly sentAt: bigint;
  readonly answeredBy: Set<bigint | string>;
  /** How many agent processes may answer it. */
  readonly mostAnswers: number;
}

/** An agent process. */
type AgentProcess = Pick<Report, "agent" | "instance">;

/** What a report is, held against the probes that were sent. */
export type MatchedReport =
  | { readonly kind: "answer"; readonly round: number; readonly rttMs: number }
  | { readonly kind: "announcement" }
  /** The last announcement once more: agents repeat them, as one datagram may be lost. */
  | { readonly kind: "repeated" }
  | { readonly kind: "refused"; readonly reason: UnmatchedReason };

/** Why a report is worth nothing. */
type UnmatchedReason = "unmatched" | "replayed" | "nonsense" | "crowded-address";

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
  readonly #authenticated: boolean;
  #session: bigint;
  readonly #sent = new Map<number, SentProbe>();
  readonly #announced = new Map<bigint, number>();
  /** Agent processes that another one took the place of, and the last probe that was sent before. */
  readonly #replaced = new Map<bigint, number>();
  #sequence = 0;

  /**
   * @param newSession Gives 64 random bits; asked once, and again should the sequence run out.
   * @param options.lastSequence The highest number a probe can have.
   * @param options.authenticated Whether reports prove that their sender has the key; else anybody can
   * sign in an agent's name, and what he answers is not to use up that agent's answer.
   */
  constructor(
    newSession: () => bigint,
    { lastSequence = 2 ** 32 - 1, authenticated = true }: {
      readonly lastSequence?: number;
      readonly authenticated?: boolean;
    } = {},
  ) {
    this.#lastSequence = lastSequence;
    this.#authenticated = authenticated;
    this.#newSession = newSession;
    this.#session = newSession();
  }

  /**
   * Makes the next probe and remembers it; every datagram needs one of its own.
   *
   * @param mostAnswers How many agent processes may answer it: any number where it goes to the group.
   */
  issue(round: number, nowMs: number, terms: ProbeTerms, mostAnswers = Infinity): Probe {
    if (this.#sequence === this.#lastSequence) this.#startSession();
    const sentAt = BigInt(Math.round(nowMs * 1000));
    const sequence = ++this.#sequence;
    const answers = { answeredBy: new Set<bigint | string>(), mostAnswers };
    this.#sent.set(sequence, { round, sentAtMs: nowMs, sentAt, ...answers });
    return { session: this.#session, sequence, sentAt, ...terms };
  }

  #startSession(): void {
    this.#session = this.#newSession();
    this.#sequence = 0;
    this.#sent.clear();
    this.#replaced.clear();
  }

  /**
   * Says what a verified report is worth; nothing is remembered until it is taken.
   *
   * @param source The address that it came from.
   */
  match(report: Report, receivedAtMs: number, source: string): MatchedReport {
    const sent = this.#sent.get(report.sequence);
    if (report.session !== this.#session || sent === undefined || sent.sentAt !== report.sentAt) {
      return refused("unmatched");
    }
    const sender = processOf(report);
    if (report.sequence <= (this.#replaced.get(sender) ?? 0)) {
      return refused("replayed");
    }
    this.#replaced.delete(sender);
    return report.announcement > 0
      ? this.#matchAnnouncement(report)
      : matchAnswer(sent, report, { receivedAtMs, answerer: this.#answerer(report, source) });
  }

  #matchAnnouncement(report: Report): MatchedReport {
    const last = this.#announced.get(processOf(report)) ?? 0;
    if (report.announcement === last) return { kind: "repeated" };
    if (report.announcement < last) return refused("replayed");
    return { kind: "announcement" };
  }

  /**
   * Remembers that a report was taken, so that it counts only once. To be called for agents that are
   * known elsewhere, whose number is bounded.
   *
   * @param source As it was matched with.
   */
  take(report: Report, source: string): void {
    if (report.announcement > 0) this.#announced.set(processOf(report), report.announcement);
    else this.#sent.get(report.sequence)?.answeredBy.add(this.#answerer(report, source));
  }

  /** Who answers once: an agent process and, where anybody can speak in its name, his address. */
  #answerer(report: Report, source: string): bigint | string {
    const sender = processOf(report);
    return this.#authenticated ? sender : `${sender} ${source}`;
  }

  /** Forgets the probes that were sent before a time: their answers come too late to count. */
  forgetSentBefore(timeMs: number): void {
    for (const [sequence, sent] of this.#sent) {
      if (sent.sentAtMs >= timeMs) break;
      this.#sent.delete(sequence);
    }
    const [oldest = this.#sequence + 1] = this.#sent.keys();
    for (const [sender, last] of this.#replaced) if (last < oldest) this.#forgetReplaced(sender);
  }

  /**
   * Takes no more answers or announcements of an agent process to the probes sent so far, as another
   * one has taken its place: what comes late may have been recorded or held back. One that is alive
   * after all goes on answering the probes to come.
   */
  replaced(former: AgentProcess): void {
    const sender = processOf(former);
    this.#replaced.delete(sender);
    this.#replaced.set(sender, this.#sequence);
    const [first] = this.#replaced.keys();
    if (this.#replaced.size > mostReplaced && first !== undefined) this.#forgetReplaced(first);
  }

  #forgetReplaced(sender: bigint): void {
    this.#replaced.delete(sender);
    this.#announced.delete(sender);
  }

  /** Forgets what an agent process announced, once that process is known to be gone. */
  forgetAgent(gone: AgentProcess): void {
    this.#announced.delete(processOf(gone));
  }
}

/** Both together, as an instance alone could be claimed by another agent, to shut this one out. */
function processOf({ agent, instance }: AgentProcess): bigint {
  return agent << 64n | instance;
}

function refused(reason: UnmatchedReason): MatchedReport {
  return { kind: "refused", reason };
}

function matchAnswer(
  sent: SentProbe,
  report: Report,
  { receivedAtMs, answerer }: { readonly receivedAtMs: number; readonly answerer: bigint | string },
): MatchedReport {
  if (sent.answeredBy.has(answerer)) return refused("replayed");
  if (sent.answeredBy.size >= sent.mostAnswers) return refused("crowded-address");
  const rttMs = receivedAtMs - sent.sentAtMs - report.heldMicros / 1000;
  if (rttMs < -toleranceMs) return refused("nonsense");
  return { kind: "answer", round: sent.round, rttMs: Math.max(rttMs, 0) };
}
