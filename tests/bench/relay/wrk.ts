/** What wrk(1) reports of a run. */
export interface WrkReport {
  readonly requests: number;
  readonly seconds: number;
  /** Requests that failed, or were answered with an error. */
  readonly failed: number;
}

/** The units in which wrk names a time, in seconds. */
const units: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/**
 * Reads what wrk prints at its end.
 *
 * @throws {SyntaxError} where it is no such text.
 *
 * @example
 * ```ts
 * import { parseWrk } from "./wrk.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = `
 *   76522 requests in 2.03s, 12.34MB read
 *   Socket errors: connect 0, read 3, write 0, timeout 1
 *   Non-2xx or 3xx responses: 2
 * `;
 * assertEquals(parseWrk(text), { requests: 76522, seconds: 2.03, failed: 6 });
 * ```
 */
export function parseWrk(text: string): WrkReport {
  const total = /^\s*(\d+) requests in ([\d.]+)(us|ms|s|m|h),/m.exec(text);
  if (total === null) {
    throw new SyntaxError(`Cannot read what wrk says: no total, received ${JSON.stringify(text)}`);
  }
  const [, requests, time, unit = ""] = total;
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text);
  const refused = /Non-2xx or 3xx responses: (\d+)/.exec(text);
  const failures = [...errors?.slice(1) ?? [], refused?.[1] ?? "0"].map(Number);
  return {
    requests: Number(requests),
    seconds: Number(time) * (units[unit] ?? NaN),
    failed: failures.reduce((sum, count) => sum + count),
  };
}

/** How long requests took, in milliseconds. */
export interface WrkLatency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/**
 * Reads the line that `think.lua` adds, in microseconds, to what wrk prints.
 *
 * @throws {SyntaxError} where it is missing.
 *
 * @example
 * ```ts
 * import { parseWrkLatency } from "./wrk.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = `Requests/sec: 1.00\n{"p50":90,"p99":250,"p999":1000,"max":1500}\n`;
 * assertEquals(parseWrkLatency(text), { p50: 0.09, p99: 0.25, p999: 1, max: 1.5 });
 * ```
 */
export function parseWrkLatency(text: string): WrkLatency {
  const line = text.split("\n").find((line) => line.startsWith("{"));
  if (line === undefined) {
    throw new SyntaxError(
      `Cannot read what wrk says: no percentiles, received ${JSON.stringify(text)}`,
    );
  }
  const micros: WrkLatency = JSON.parse(line);
  return {
    p50: micros.p50 / 1000,
    p99: micros.p99 / 1000,
    p999: micros.p999 / 1000,
    max: micros.max / 1000,
  };
}
