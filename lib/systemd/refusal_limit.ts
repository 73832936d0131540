import type { RefusalReason } from "../protocol/refusal.ts";
import { OncePer } from "./rate_limit.ts";

/** What an operator mends on the machine that sent the message, so that each of those is named. */
const namedReasons: readonly RefusalReason[] = ["version", "unknown-key", "address-mismatch"];

/** Every other reason is told at most once in this time, in milliseconds. */
const reasonAgainMs = 60_000;

/** A machine is named for the same reason at most once in this time, in milliseconds. */
const machineAgainMs = 600_000;

/** Machines named one by one: addresses are easily forged, and the log is not to fill up. */
const mostNamed = 16;

/**
 * Decides which refused datagrams are told in the log: one a minute for each reason, and for reasons
 * that are mended elsewhere one in ten minutes for each of a few machines.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RefusalLimit } from "./refusal_limit.ts";
 *
 * const limit = new RefusalLimit();
 * const told = (source: string) => limit.admit("version", source, source, 0);
 * assertEquals(["10.0.0.1", "10.0.0.2", "10.0.0.1"].map(told), ["10.0.0.1", "10.0.0.2", null]);
 * ```
 */
export class RefusalLimit {
  readonly #reasons = new OncePer({ intervalMs: reasonAgainMs });
  readonly #machines = new OncePer({ intervalMs: machineAgainMs, maximumKeys: mostNamed });

  /**
   * Decides on one line.
   *
   * @param source The address that the datagram came from.
   * @param now Monotonic milliseconds.
   * @returns the line, with the count of those held back since the last one; null: hold it back.
   */
  admit(reason: RefusalReason, source: string, line: string, now: number): string | null {
    return namedReasons.includes(reason)
      ? this.#machines.admit(`${reason} ${source}`, line, now)
      : this.#reasons.admit(reason, line, now);
  }
}
