import { seal } from "./envelope.ts";
import { u16, u32, u64, u8 } from "./integers.ts";
import type { Key } from "./key_ring.ts";
import type { Probe } from "./messages.ts";

/** What every probe of version 1 was filled up to at least. */
const formerProbeBytes = 640;

/**
 * Makes a probe of version 1, in which no sender's address stood. Agents of that version answer it
 * alone, by reports that are refused as `version`: so they can be named.
 *
 * @param key Signs it.
 */
export function encodeFormerProbe(
  { session, sequence }: Pick<Probe, "session" | "sequence">,
  key: Key,
): Uint8Array {
  const size = { maxBytes: formerProbeBytes, padded: true, version: 1 };
  return seal("probe", key, size, (writer) => {
    u64.write(writer, session, "probe.session");
    u32().write(writer, sequence, "probe.sequence");
    u64.write(writer, 0n, "probe.sentAt");
    u16().write(writer, 10, "probe.answerWindowMs");
    u8().write(writer, 1, "probe.frontends");
  });
}
