import { type Instruction, packetFilter, udpHeaderBytes } from "../net/packet_filter.ts";
import {
  ENVELOPE_BYTES,
  KEY_ID_OFFSET,
  MAGIC,
  MAX_DATAGRAM_BYTES,
  type MessageType,
  TYPE_OFFSET,
  typeNumbers,
  VERSION,
  VERSION_OFFSET,
} from "./envelope.ts";

/** What a socket is to hear. */
export interface DatagramFilterOptions {
  /** The types of message that the program takes, at least one. */
  readonly types: readonly MessageType[];
  /** The ids of the keys that it has, at least one. */
  readonly keyIds: readonly number[];
  /**
   * Of messages of another version, and of those signed with another key, one in so many comes
   * through, so that the program can name who sends them: a power of 2; 1: all of them.
   */
  readonly strangersOneIn: number;
}

/**
 * The kernel's part in refusing datagrams: by length, magic, version, type and key id, at a price that
 * no flood can make the program pay. What comes through is verified as if there were no filter.
 */
export function datagramFilter(options: DatagramFilterOptions): Instruction[] {
  const { accept, drop, equals, exceeds, loadByte, loadLength, loadWord } = packetFilter;
  const strangers = strangersPart(options.strangersOneIn);
  const keys = options.keyIds.flatMap((id) => [equals(id, 0, 1), accept()]);
  const types = options.types.map((type, at) =>
    equals(typeNumbers[type], options.types.length - at, 0)
  );
  return [
    loadLength(),
    exceeds(udpHeaderBytes + ENVELOPE_BYTES - 1, 1, 0),
    drop(),
    exceeds(udpHeaderBytes + MAX_DATAGRAM_BYTES, 0, 1),
    drop(),
    loadWord(udpHeaderBytes),
    equals(magicNumber(), 1, 0),
    drop(),
    loadByte(udpHeaderBytes + VERSION_OFFSET),
    equals(VERSION, strangers.length, 0),
    ...strangers,
    loadByte(udpHeaderBytes + TYPE_OFFSET),
    ...types,
    drop(),
    loadWord(udpHeaderBytes + KEY_ID_OFFSET),
    ...keys,
    ...strangers,
  ];
}

/** Ends: one in so many is kept. */
function strangersPart(oneIn: number): Instruction[] {
  const { accept, and, drop, equals, loadRandom } = packetFilter;
  if (oneIn === 1) return [accept()];
  return [loadRandom(), and(oneIn - 1), equals(0, 0, 1), accept(), drop()];
}

function magicNumber(): number {
  return new DataView(Uint8Array.from(MAGIC).buffer).getUint32(0);
}
