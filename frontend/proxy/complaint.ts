import type { Clock } from "./clock.ts";

/**
 * Makes a complaint that is heard at most once in a while, for faults that would otherwise fill the
 * log with thousands of equal lines a second; each says how many were left out before it.
 *
 * @param about What the complaint is about, the line's beginning.
 * @param options How often it may be heard, and where.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { complaint } from "./complaint.ts";
 *
 * let now = 0;
 * const lines: string[] = [];
 * const complain = complaint("Cannot accept clients", {
 *   intervalMs: 10_000,
 *   clock: () => now,
 *   say: (line) => lines.push(line),
 * });
 * complain("too many open files");
 * complain("too many open files");
 * now = 10_000;
 * complain("too many open files");
 * assertEquals(lines, [
 *   "Cannot accept clients: too many open files",
 *   "Cannot accept clients: too many open files (and 1 more since the last such line)",
 * ]);
 * ```
 */
export function complaint(
  about: string,
  { intervalMs, clock, say }: {
    readonly intervalMs: number;
    readonly clock: Clock;
    readonly say: (line: string) => void;
  },
): (detail: string) => void {
  let next = -Infinity;
  let unsaid = 0;
  return (detail) => {
    const now = clock();
    if (now < next) {
      unsaid++;
      return;
    }
    say(`${about}: ${detail}${unsaid > 0 ? ` (and ${unsaid} more since the last such line)` : ""}`);
    next = now + intervalMs;
    unsaid = 0;
  };
}
