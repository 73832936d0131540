import { timingSafeEqual } from "@std/crypto/timing-safe-equal";
import { ByteReader } from "./byte_reader.ts";
import { ByteWriter } from "./byte_writer.ts";
import type { Key, KeyRing } from "./key_ring.ts";
import type { RefusalReason } from "./refusal.ts";

/** "LBAL": what every datagram of the protocol begins with. */
export const MAGIC = [0x4c, 0x42, 0x41, 0x4c] as const;
/** The only version that this code speaks. */
export const VERSION = 2;
/** Where in a datagram version, type and key id stand. */
export const VERSION_OFFSET = 4;
export const TYPE_OFFSET = 5;
export const KEY_ID_OFFSET = 6;
/** Magic, version, type, key id. */
const HEADER_BYTES = 4 + 1 + 1 + 4;
/** HMAC-SHA-256 (RFC 2104), not shortened. */
const MAC_BYTES = 32;

/** What the envelope adds to a body. */
export const ENVELOPE_BYTES = HEADER_BYTES + MAC_BYTES;
/** The longest datagram that is looked at; none of this size is split on the way. */
export const MAX_DATAGRAM_BYTES = 1200;

/** The types of message, and the byte that stands for each. */
export const typeNumbers = { probe: 1, report: 2 } as const;
/** The type of a message. */
export type MessageType = keyof typeof typeNumbers;

/** A datagram that was found genuine, or the reason why it was not. */
export type Opened =
  | { readonly kind: MessageType; readonly key: Key; readonly body: ByteReader }
  | { readonly kind: "refused"; readonly reason: RefusalReason };

/**
 * Puts a body into a signed envelope.
 *
 * @param type What the body is.
 * @param key Signs.
 * @param size The most bytes that the datagram may take, whether zeros are to make it that long, and
 * the version of the protocol, this code's unless it is given.
 * @param writeBody Writes the body.
 * @returns the datagram.
 */
export function seal(
  type: MessageType,
  key: Key,
  { maxBytes, padded, version = VERSION }: {
    readonly maxBytes: number;
    readonly padded: boolean;
    readonly version?: number;
  },
  writeBody: (writer: ByteWriter) => void,
): Uint8Array {
  const writer = new ByteWriter(maxBytes);
  writer.bytes(MAGIC);
  writer.unsigned(1, version);
  writer.unsigned(1, typeNumbers[type]);
  writer.unsigned(4, key.id);
  writeBody(writer);
  if (padded) writer.padTo(maxBytes - MAC_BYTES);
  writer.bytes(key.sign(writer.written));
  return writer.written;
}

/**
 * Verifies a datagram before anything in its body is looked at.
 *
 * @param datagram Any bytes.
 * @param keys The keys that are accepted.
 * @returns the type, the key and the body, or why the datagram is refused.
 */
export function open(datagram: Uint8Array, keys: KeyRing): Opened {
  const reason = outwardFault(datagram);
  if (reason !== null) return refuse(reason);
  const header = new ByteReader(datagram.subarray(MAGIC.length + 1, HEADER_BYTES));
  const kind = typeOf(header.unsigned(1));
  if (kind === null) return refuse("unknown-type");
  const key = keys.find(header.unsigned(4));
  if (key === undefined) return refuse("unknown-key");
  const signed = datagram.subarray(0, -MAC_BYTES);
  if (!timingSafeEqual(key.sign(signed), datagram.subarray(-MAC_BYTES))) return refuse("forged");
  return { kind, key, body: new ByteReader(signed.subarray(HEADER_BYTES)) };
}

/** Whether a datagram says that it is of a type, true or not. */
export function hasTypeOf(type: MessageType, datagram: Uint8Array): boolean {
  return datagram[TYPE_OFFSET] === typeNumbers[type];
}

/** What is wrong with a datagram at first sight; magic and version stay in place for ever. */
function outwardFault(datagram: Uint8Array): RefusalReason | null {
  if (!MAGIC.every((byte, at) => at >= datagram.length || datagram[at] === byte)) return "foreign";
  if (datagram.length < ENVELOPE_BYTES) return "truncated";
  if (datagram[MAGIC.length] !== VERSION) return "version";
  if (datagram.length > MAX_DATAGRAM_BYTES) return "oversized";
  return null;
}

function typeOf(number: number): MessageType | null {
  if (number === typeNumbers.probe) return "probe";
  return number === typeNumbers.report ? "report" : null;
}

function refuse(reason: RefusalReason): Opened {
  return { kind: "refused", reason };
}
