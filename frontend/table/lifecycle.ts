/**
 * The life of one backend: joining → up → draining / ejected / down.
 *
 * Two pure steps keep it simple to test. {@linkcode observe} adds an event to the evidence;
 * {@linkcode judge} reads a state and its reason off the evidence. No state is stored that the
 * evidence does not imply, so none can go stale.
 *
 * @module
 */
import { type CheckOutcome, checkWords, isFailing } from "../../lib/protocol/check_outcome.ts";
import type { BackendState } from "./layout.ts";

/** The figures by which a backend is judged. */
export interface LifecycleRules {
  /** Good answers in a row before a backend is up (HAProxy's `rise`). */
  readonly rise: number;
  /** Unanswered probes in a row, of those that were due, before it is down (HAProxy's `fall`). */
  readonly fall: number;
  /** Failed connections in a row before it is ejected. */
  readonly failuresToEject: number;
  /**
   * How long connections must have been refused, and none taken, before it is ejected, in
   * milliseconds: a service that is started again needs a moment.
   */
  readonly refusedToEjectMs: number;
  /** Length of the first ejection in milliseconds; it doubles with each further one. */
  readonly firstEjectionMs: number;
  /** Longest ejection in milliseconds. */
  readonly longestEjectionMs: number;
  /** After this long without a failure the next ejection is a first one again, in milliseconds. */
  readonly forgiveAfterMs: number;
  /** Reports in a row that show a stuck accept queue before the backend is ejected. */
  readonly stuckReportsToEject: number;
}

/**
 * What is used unless a test says otherwise. Ejection follows Envoy's outlier detection (growing,
 * bounded pauses), but starts at a second where Envoy starts at thirty: an agent tells us within a
 * probe interval whether its service is back, so a long first pause would only waste the server.
 */
export const defaultLifecycleRules: LifecycleRules = {
  rise: 2,
  fall: 3,
  failuresToEject: 3,
  refusedToEjectMs: 1_000,
  firstEjectionMs: 1_000,
  longestEjectionMs: 60_000,
  forgiveAfterMs: 60_000,
  stuckReportsToEject: 2,
};

/** Why a connection to a backend did not come about. */
export type ConnectFailure = "refused" | "unreachable" | "timeout" | "reset" | "other";

/** What happened to a backend. */
export type LifecycleEvent =
  | {
    readonly type: "report";
    /** Whether it answers a probe; an announcement comes unasked, and proves less. */
    readonly asked: boolean;
    /** Null where the agent could not see it. */
    readonly listening: boolean | null;
    readonly acceptQueue: number | null;
    /** How the agent's check of the service comes out; null where there is none. */
    readonly check: CheckOutcome | null;
    /** Whether the server sent us anything, or reset a connection, since the previous report. */
    readonly progress: boolean;
    readonly draining: boolean;
    readonly leaving: boolean;
  }
  /** A probe that was due for an answer got none, by multicast or unicast. */
  | { readonly type: "missed" }
  /** The agent reports, but no longer names this service. */
  | { readonly type: "withdrawn" }
  | {
    readonly type: "connect-failed";
    readonly failure: ConnectFailure;
    /** Whether it took connections since the failure before; absent: no. */
    readonly tookOthers?: boolean;
  }
  /** It resets connections before it answers, and they are not to blame (`reset_evidence.ts`). */
  | { readonly type: "resets" }
  | { readonly type: "connected" }
  | { readonly type: "operator-drain"; readonly drain: boolean }
  /** Connections to the backend would come back to this front end (or would not any more). */
  | { readonly type: "loop"; readonly loop: boolean };

/** What is known of a backend's health. */
export interface Evidence {
  readonly port: number;
  readonly loop: boolean;
  readonly withdrawn: boolean;
  readonly leaving: boolean;
  readonly agentDrains: boolean;
  readonly operatorDrains: boolean;
  readonly listening: boolean | null;
  readonly check: CheckOutcome | null;
  /** Good answers since the last trouble. */
  readonly goodAnswers: number;
  /** Unanswered probes in a row. */
  readonly missed: number;
  readonly acceptQueue: number;
  /** Reports in a row in which the accept queue did not move and the server sent nothing. */
  readonly stuckReports: number;
  /** Failed connections in a row. */
  readonly failures: number;
  readonly lastFailure: ConnectFailure | null;
  /** Since when connections were refused and none was taken; null: not so. */
  readonly refusedSince: number | null;
  /** Ejections since the last forgiveness. */
  readonly ejections: number;
  readonly ejectedAt: number;
  readonly ejectedUntil: number;
}

/** Where a backend stands and why. */
export interface Verdict {
  readonly state: BackendState;
  readonly reason: string;
  /** Whether it may be tried when no backend is up: better than turning the client away. */
  readonly lastResort: boolean;
}

/** The evidence about a backend that was just heard of. */
export function newEvidence(port: number): Evidence {
  return {
    port,
    loop: false,
    withdrawn: false,
    leaving: false,
    agentDrains: false,
    operatorDrains: false,
    listening: null,
    check: null,
    goodAnswers: 0,
    missed: 0,
    acceptQueue: 0,
    stuckReports: 0,
    failures: 0,
    lastFailure: null,
    refusedSince: null,
    ejections: 0,
    ejectedAt: -Infinity,
    ejectedUntil: -Infinity,
  };
}

/**
 * Adds an event to the evidence.
 *
 * @param now Monotonic milliseconds.
 * @returns new evidence; the old one is left as it was.
 */
export function observe(
  evidence: Evidence,
  event: LifecycleEvent,
  now: number,
  rules: LifecycleRules = defaultLifecycleRules,
): Evidence {
  switch (event.type) {
    case "report":
      return observeReport(evidence, event);
    case "missed": {
      const missed = evidence.missed + 1;
      return { ...evidence, missed, goodAnswers: missed >= rules.fall ? 0 : evidence.goodAnswers };
    }
    case "withdrawn":
      return { ...evidence, withdrawn: true, goodAnswers: 0, missed: 0 };
    case "connect-failed":
      return event.failure === "refused" || event.failure === "reset"
        ? observeRefusal(evidence, event, now, rules)
        : observeFailure(evidence, event.failure, now, rules);
    case "resets":
      return observeFailure(evidence, "reset", now, rules, rules.failuresToEject);
    case "connected":
      return { ...evidence, failures: 0, lastFailure: null, refusedSince: null };
    case "operator-drain":
      return { ...evidence, operatorDrains: event.drain };
    case "loop":
      return { ...evidence, loop: event.loop };
  }
}

function observeReport(
  evidence: Evidence,
  report: Extract<LifecycleEvent, { type: "report" }>,
): Evidence {
  const acceptQueue = report.acceptQueue ?? 0;
  const good = report.listening !== false && !report.leaving;
  const one = report.asked ? 1 : 0;
  const stuck = acceptQueue > 0 && acceptQueue >= evidence.acceptQueue && !report.progress;
  const isBack = evidence.listening === false && report.listening === true ||
    fails(evidence.check) && !fails(report.check);
  return {
    ...(isBack ? withoutBlame(evidence) : evidence),
    withdrawn: false,
    leaving: report.leaving,
    agentDrains: report.draining,
    listening: report.listening,
    check: report.check,
    goodAnswers: good ? evidence.goodAnswers + one : 0,
    missed: 0,
    acceptQueue,
    stuckReports: stuck ? evidence.stuckReports + one : 0,
  };
}

function fails(check: CheckOutcome | null): boolean {
  return check !== null && isFailing(check);
}

/**
 * Evidence without the failed connections: its agent has told that nobody listened, or that the service
 * was not well, which explains them, and that this is over. Pauses that went on growing would only waste the server.
 */
function withoutBlame(evidence: Evidence): Evidence {
  const fresh = newEvidence(evidence.port);
  const { failures, lastFailure, refusedSince, ejections, ejectedAt, ejectedUntil } = fresh;
  return { ...evidence, failures, lastFailure, refusedSince, ejections, ejectedAt, ejectedUntil };
}

/**
 * A refusal, or a reset in its place while a listener closes, is the server's own kernel saying that
 * nobody listens: what counts is how long.
 */
function observeRefusal(
  evidence: Evidence,
  { failure, tookOthers = false }: Extract<LifecycleEvent, { type: "connect-failed" }>,
  now: number,
  rules: LifecycleRules,
): Evidence {
  const since = tookOthers ? now : evidence.refusedSince ?? now;
  const refused = { ...evidence, refusedSince: since };
  if (now - since < rules.refusedToEjectMs) return refused;
  return observeFailure(refused, failure, now, rules, rules.failuresToEject);
}

function observeFailure(
  evidence: Evidence,
  failure: ConnectFailure,
  now: number,
  rules: LifecycleRules,
  weight = 1,
): Evidence {
  const failures = evidence.failures + weight;
  const failed = { ...evidence, failures, lastFailure: failure };
  if (failures < rules.failuresToEject || now < evidence.ejectedUntil) return failed;
  const forgiven = now - evidence.ejectedUntil > rules.forgiveAfterMs;
  const ejections = forgiven ? 1 : evidence.ejections + 1;
  const pause = Math.min(rules.firstEjectionMs * 2 ** (ejections - 1), rules.longestEjectionMs);
  return { ...failed, failures: 0, ejections, ejectedAt: now, ejectedUntil: now + pause };
}

const failureWords: Record<ConnectFailure, string> = {
  refused: "connection refused",
  unreachable: "no route to it",
  timeout: "connecting took too long",
  reset: "connections were reset before an answer",
  other: "connections failed",
};

/**
 * Reads a backend's state off the evidence, the most telling fact first.
 *
 * @param now Monotonic milliseconds.
 * @param mayEject False where no other backend could take its place: then it is used all the same.
 */
export function judge(
  evidence: Evidence,
  now: number,
  rules: LifecycleRules = defaultLifecycleRules,
  mayEject = true,
): Verdict {
  const { port } = evidence;
  if (evidence.loop) {
    return never("down", `port ${port} is this front end's own: connections would loop`);
  }
  if (evidence.withdrawn) return never("down", "its agent no longer advertises this service");
  if (evidence.missed >= rules.fall) {
    return lastResort("down", `no answer to the last ${evidence.missed} probes`);
  }
  if (evidence.leaving) return lastResort("draining", "its agent is stopping");
  if (evidence.listening === false) return never("down", `nothing listens on port ${port}`);
  const { check } = evidence;
  if (check !== null && isFailing(check)) return never("down", `check: ${checkWords(check)}`);
  if (evidence.operatorDrains) return never("draining", "drained here by the operator");
  if (evidence.agentDrains) return never("draining", "drained on the server by its operator");
  const fault = faultOf(evidence, now, rules);
  if (fault !== null && mayEject) return lastResort("ejected", `${fault.reason}${fault.until}`);
  if (check?.kind === "pending") return never("joining", `check: ${checkWords(check)}`);
  if (evidence.goodAnswers < rules.rise) {
    return lastResort("joining", `answered ${evidence.goodAnswers} of ${rules.rise} probes`);
  }
  if (fault !== null) return up(`${fault.reason}; used, as no other can take its place`);
  if (evidence.missed > 0) return up(`no answer to the last ${plural(evidence.missed, "probe")}`);
  return up("answering");
}

/** Why a backend that answers is better left out, and until when; null where it is not. */
function faultOf(
  evidence: Evidence,
  now: number,
  rules: LifecycleRules,
): { reason: string; until: string } | null {
  const { acceptQueue, stuckReports, lastFailure, ejectedAt, ejectedUntil } = evidence;
  if (stuckReports >= rules.stuckReportsToEject) {
    const waiting = acceptQueue === 1 ? "1 connection waits" : `${acceptQueue} connections wait`;
    return { reason: `${waiting} and none is accepted`, until: "" };
  }
  if (now >= ejectedUntil) return null;
  const seconds = Math.round((ejectedUntil - ejectedAt) / 1000);
  return { reason: failureWords[lastFailure ?? "other"], until: `; left out for ${seconds} s` };
}

function up(reason: string): Verdict {
  return { state: "up", reason, lastResort: false };
}

function never(state: BackendState, reason: string): Verdict {
  return { state, reason, lastResort: false };
}

function lastResort(state: BackendState, reason: string): Verdict {
  return { state, reason, lastResort: true };
}

function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${count} ${noun}s`;
}
