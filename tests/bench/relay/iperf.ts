/** What iperf3(1) reports of a run: how many bytes arrived, and in what time. */
export interface IperfReport {
  readonly bytes: number;
  readonly seconds: number;
}

interface Sum {
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * Reads what `iperf3 --json` prints; with `--bidir` the bytes of both directions count.
 *
 * @throws {SyntaxError} where it is no such text, or tells of an error.
 *
 * @example
 * ```ts
 * import { parseIperf } from "./iperf.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const end = {
 *   sum_received: { bytes: 100, seconds: 2 },
 *   sum_received_bidir_reverse: { bytes: 50, seconds: 2 },
 * };
 * assertEquals(parseIperf(JSON.stringify({ end })), { bytes: 150, seconds: 2 });
 * ```
 */
export function parseIperf(text: string): IperfReport {
  const { end, error } = JSON.parse(text);
  const there: Sum | undefined = end?.sum_received;
  if (error !== undefined || there === undefined) {
    throw new SyntaxError(`Cannot read what iperf3 says: ${error ?? "no sum of received bytes"}`);
  }
  const back: Sum | undefined = end.sum_received_bidir_reverse;
  return { bytes: there.bytes + (back?.bytes ?? 0), seconds: there.seconds };
}
