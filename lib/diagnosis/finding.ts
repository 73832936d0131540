/** How bad it is: `unknown` where it could not be told. */
export type Verdict = "ok" | "warning" | "failure" | "unknown";

/** What one check of a doctor found out. */
export interface Finding {
  /** What was looked at, in a word or three. */
  readonly check: string;
  readonly verdict: Verdict;
  /** What was seen. */
  readonly saw: string;
  /** What to do about it; absent where nothing need be done. */
  readonly remedy?: string;
}

/** A check that found nothing wrong. */
export function ok(check: string, saw: string): Finding {
  return { check, verdict: "ok", saw };
}

/** A check that found what may do harm. */
export function warning(check: string, saw: string, remedy: string): Finding {
  return { check, verdict: "warning", saw, remedy };
}

/** A check that found what keeps the program from its work. */
export function failure(check: string, saw: string, remedy: string): Finding {
  return { check, verdict: "failure", saw, remedy };
}

/** A check that could not be made. */
export function unknown(check: string, saw: string, remedy: string): Finding {
  return { check, verdict: "unknown", saw, remedy };
}

/** Whether a program can do its work as far as was found out. */
export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ verdict }) => verdict !== "failure");
}
