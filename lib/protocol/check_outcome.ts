/** How the check of a service came out, as an agent reports it. */
export type CheckOutcome =
  /** There is no result yet: the agent has just started. */
  | { readonly kind: "pending" }
  | { readonly kind: "passing" }
  /** The service answered HTTP with a status that is no success, 100 to 599. */
  | { readonly kind: "http"; readonly number: number }
  /** The executable ended with an exit status, 1 to 255. */
  | { readonly kind: "exit"; readonly number: number }
  /** The executable was ended by a signal, 1 to 64. */
  | { readonly kind: "signal"; readonly number: number }
  /** Nobody accepted the connection. */
  | { readonly kind: "refused" }
  /** It took longer than a check may. */
  | { readonly kind: "timeout" }
  /** The connection was closed, or carried something else than HTTP. */
  | { readonly kind: "no-answer" }
  /** No check came to an end for three intervals. */
  | { readonly kind: "no-result" };

/** Outcomes that are told by a number. */
const numbered = { http: "HTTP", exit: "exit status", signal: "signal" } as const;

const words = {
  pending: "no result yet",
  passing: "passing",
  refused: "connection refused",
  timeout: "timed out",
  "no-answer": "no valid answer",
  "no-result": "no result for three intervals",
} as const;

/** The kinds of outcomes, in the order in which the protocol numbers them. */
export const checkKinds = [
  "pending",
  "passing",
  "http",
  "exit",
  "signal",
  "refused",
  "timeout",
  "no-answer",
  "no-result",
] as const satisfies readonly CheckOutcome["kind"][];

/**
 * An outcome in a few words.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkWords } from "./check_outcome.ts";
 *
 * assertEquals(checkWords({ kind: "http", number: 503 }), "HTTP 503");
 * assertEquals(checkWords({ kind: "timeout" }), "timed out");
 * ```
 */
export function checkWords(outcome: CheckOutcome): string {
  return "number" in outcome ? `${numbered[outcome.kind]} ${outcome.number}` : words[outcome.kind];
}

/** Whether an outcome says that the service is not well. */
export function isFailing({ kind }: CheckOutcome): boolean {
  return kind !== "pending" && kind !== "passing";
}
