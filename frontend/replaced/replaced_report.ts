import { type CutCause, cutCauses, type CutCounts, cutCountsOf } from "../table/cuts.ts";

/** What a process that a reload replaced says of itself, as JSON has it. */
export interface ReplacedReport {
  readonly pid: number;
  /** How long ago it was replaced, in milliseconds. */
  readonly sinceMs: number;
  /** Connections that go on in it. */
  readonly open: number;
  /** Connections that it has ended since it was replaced, by cause. */
  readonly cut: CutCounts;
}

/** How a process that was replaced is to end its last connections. */
export interface EndRequest {
  /** What it tells of those that it cuts. */
  readonly cause: CutCause;
  /** How long they may go on until then, in milliseconds. */
  readonly drainMs: number;
}

/**
 * Reads a report. Another version may have written it: what it does not tell counts as 0.
 *
 * @throws {TypeError} If it is none.
 */
export function parseReplacedReport(json: unknown): ReplacedReport {
  if (typeof json !== "object" || json === null) {
    throw new TypeError(`Cannot read a replaced process's report: received ${typeof json}`);
  }
  const { pid, sinceMs, open, cut } = json as Record<string, unknown>;
  const counts = typeof cut === "object" && cut !== null ? cut as Record<string, unknown> : {};
  return {
    pid: countIn(pid),
    sinceMs: countIn(sinceMs),
    open: countIn(open),
    cut: cutCountsOf((cause) => countIn(counts[cause])),
  };
}

/**
 * Reads a request to end.
 *
 * @throws {TypeError} If it is none.
 */
export function parseEndRequest(json: unknown): EndRequest {
  const { cause, drainMs } = (json ?? {}) as Record<string, unknown>;
  const known = cutCauses.find((one) => one === cause);
  if (known === undefined) throw new TypeError(`why? Accepted: ${cutCauses.join(", ")}`);
  return { cause: known, drainMs: countIn(drainMs) };
}

function countIn(value: unknown): number {
  return typeof value === "number" && value > 0 ? value : 0;
}
