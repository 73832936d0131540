import type { CheckOutcome } from "../../lib/protocol/check_outcome.ts";

/** What became of one check. */
export type CheckResult =
  | { readonly kind: "result"; readonly outcome: CheckOutcome; readonly remark: string | null }
  /** It could not be run, which says nothing about the service; why. */
  | { readonly kind: "not-run"; readonly reason: string };

/** A check that was run. */
export function result(outcome: CheckOutcome, remark: string | null = null): CheckResult {
  return { kind: "result", outcome, remark };
}

/** A check that could not be run. */
export function notRun(reason: string): CheckResult {
  return { kind: "not-run", reason };
}
