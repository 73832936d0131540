import { ENVELOPE_BYTES, MAX_DATAGRAM_BYTES, open, seal } from "./envelope.ts";
import type { ByteReader } from "./byte_reader.ts";
import type { Key, KeyRing } from "./key_ring.ts";
import { Malformed, mustHold } from "./malformed.ts";
import type { Probe, Report } from "./messages.ts";
import { probeFormat } from "./probe_format.ts";
import type { RefusalReason } from "./refusal.ts";
import { reportFormat } from "./report_format.ts";

export { MAX_DATAGRAM_BYTES } from "./envelope.ts";

/** Length of the longest report that {@linkcode encodeReport} can make. */
export const MAX_REPORT_BYTES: number = ENVELOPE_BYTES + reportFormat.maxBytes;

/**
 * Length of every probe: as long as a datagram may be, so that fields can be added to both messages.
 *
 * No report is longer, so that whoever forges the sender of a probe gains nothing by it.
 */
export const PROBE_BYTES: number = MAX_DATAGRAM_BYTES;

/** The longest report that is taken, whatever fields later releases add. */
export const REPORT_LIMIT_BYTES = 1100;

/** What a datagram was found to be. */
export type Decoded =
  | { readonly kind: "probe"; readonly probe: Probe; readonly key: Key }
  | { readonly kind: "report"; readonly report: Report; readonly key: Key }
  | { readonly kind: "refused"; readonly reason: RefusalReason };

/**
 * Makes the datagram of a probe.
 *
 * @param probe What to ask.
 * @param key Signs it.
 * @returns {@linkcode PROBE_BYTES} bytes.
 * @throws {RangeError} where a value is outside the range that its type documents.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decode, encodeProbe } from "./codec.ts";
 * import { KeyRing } from "./key_ring.ts";
 *
 * const keys = KeyRing.fromSettings("a key that both sides have", null);
 * const [key] = keys.keys;
 * const probe = {
 *   session: 7n,
 *   sequence: 1,
 *   sentAt: 0n,
 *   answerWindowMs: 10,
 *   frontends: 1,
 *   sentFrom: { address: "10.0.0.1", port: 8888 },
 * };
 * const decoded = decode(encodeProbe(probe, key), keys);
 * assertEquals(decoded, { kind: "probe", probe, key });
 * ```
 */
export function encodeProbe(probe: Probe, key: Key): Uint8Array {
  return seal("probe", key, { maxBytes: PROBE_BYTES, padded: true }, (writer) => {
    probeFormat.write(writer, probe, "probe");
  });
}

/**
 * Makes the datagram of a report.
 *
 * Fractions are rounded to steps of 1/65,535, cores to thousandths.
 *
 * @param report What to say.
 * @param key Signs it; in an answer, the key that the probe was signed with.
 * @returns at most {@linkcode MAX_REPORT_BYTES} bytes.
 * @throws {RangeError} where a value is outside the range that its type documents.
 */
export function encodeReport(report: Report, key: Key): Uint8Array {
  return seal("report", key, { maxBytes: MAX_REPORT_BYTES, padded: false }, (writer) => {
    reportFormat.write(writer, report, "report");
  });
}

/**
 * Reads any bytes as a message.
 *
 * It never throws: whatever is not a genuine, well-formed message is refused for a reason.
 *
 * @param datagram Any bytes.
 * @param keys The keys that are accepted.
 * @returns the message and the key that it was signed with, or why it is refused.
 */
export function decode(datagram: Uint8Array, keys: KeyRing): Decoded {
  const opened = open(datagram, keys);
  if (opened.kind === "refused") return opened;
  const { kind, key, body } = opened;
  try {
    return kind === "probe"
      ? { kind, probe: readProbe(body), key }
      : { kind, report: readReport(body), key };
  } catch (error) {
    if (error instanceof Malformed) return { kind: "refused", reason: "malformed" };
    throw error;
  }
}

function readProbe(body: ByteReader): Probe {
  mustHold(body.remaining === PROBE_BYTES - ENVELOPE_BYTES, "a probe that is not padded");
  return probeFormat.read(body);
}

function readReport(body: ByteReader): Report {
  mustHold(body.remaining <= REPORT_LIMIT_BYTES - ENVELOPE_BYTES, "a report that is too long");
  return reportFormat.read(body);
}
