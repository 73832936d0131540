import { decode, encodeProbe, encodeReport, KeyRing } from "../../lib/protocol/mod.ts";

/** What makes datagrams that no program may act upon. */
type Kind = () => Uint8Array<ArrayBuffer>;

/** A key that no program of the tests has. */
const [strangersKey] = KeyRing.fromSettings("a key that is nobody's, as long as others", null).keys;

function below(limit: number): number {
  return Math.floor(Math.random() * limit);
}

/** A recorded message as it would be under a key of the sender's own. */
function signedByStranger(recorded: Uint8Array<ArrayBuffer>, keys: KeyRing): Uint8Array {
  const decoded = decode(recorded, keys);
  if (decoded.kind === "probe") return encodeProbe(decoded.probe, strangersKey);
  if (decoded.kind === "report") return encodeReport(decoded.report, strangersKey);
  return recorded;
}

/**
 * Every kind of hostile datagram: noise, noise that begins like a message, recorded messages as they
 * were, cut off, with one bit changed, and signed with another key.
 *
 * @param recorded Genuine messages, signed with the published key; at least one.
 */
export function hostileKinds(recorded: readonly Uint8Array<ArrayBuffer>[]): readonly Kind[] {
  const anyRecorded = () => recorded[below(recorded.length)]?.slice() ?? new Uint8Array();
  const published = KeyRing.fromSettings(null, null);
  return [
    function noise() {
      return crypto.getRandomValues(new Uint8Array(below(1400)));
    },
    function noiseWithRightBeginning() {
      const bytes = crypto.getRandomValues(new Uint8Array(10 + below(1200)));
      bytes.set(anyRecorded().subarray(0, 10));
      return bytes;
    },
    anyRecorded,
    function cutOff() {
      const bytes = anyRecorded();
      return bytes.slice(0, below(bytes.length));
    },
    function withOneBitChanged() {
      const bytes = anyRecorded();
      const at = below(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
      return bytes;
    },
    function underAnotherKey() {
      return new Uint8Array(signedByStranger(anyRecorded(), published));
    },
  ];
}
