/**
 * Programs for the kernel's classic packet filter (Linux, Documentation/networking/filter.rst): at a
 * UDP socket it sees a datagram from its UDP header on, before it takes room in the socket's buffer.
 *
 * @module
 */

/** A `struct sock_filter`: what to do, where to go on in a comparison, and with which number. */
export interface Instruction {
  readonly code: number;
  /** Instructions to skip where a comparison holds, and where it does not; 0 to 255. */
  readonly ifTrue: number;
  readonly ifFalse: number;
  /** 32 bits, unsigned. */
  readonly operand: number;
}

/** Bytes that go before a datagram's own: the header of UDP (RFC 768). */
export const udpHeaderBytes = 8;

const instructionBytes = 8;

/** `SKF_AD_OFF + SKF_AD_RANDOM`: loading from there gives 32 random bits. */
const randomNumber = 0xffff_f000 + 56;

function instruction(code: number, operand = 0, ifTrue = 0, ifFalse = 0): Instruction {
  return { code, operand, ifTrue, ifFalse };
}

/** The instructions that a filter of datagrams takes; offsets count from the UDP header. */
export const packetFilter = {
  /** Loads the length, header included. */
  loadLength: (): Instruction => instruction(0x80),
  /** Loads 4 bytes, big-endian; a datagram that is too short is dropped. */
  loadWord: (offset: number): Instruction => instruction(0x20, offset),
  /** Loads a byte. */
  loadByte: (offset: number): Instruction => instruction(0x30, offset),
  /** Loads a random number of 32 bits. */
  loadRandom: (): Instruction => instruction(0x20, randomNumber),
  /** Keeps the bits of a mask. */
  and: (mask: number): Instruction => instruction(0x54, mask),
  /** Skips so many instructions where what was loaded is equal, and so many where it is not. */
  equals: (value: number, ifTrue: number, ifFalse: number): Instruction =>
    instruction(0x15, value, ifTrue, ifFalse),
  /** The same where what was loaded is greater. */
  exceeds: (value: number, ifTrue: number, ifFalse: number): Instruction =>
    instruction(0x25, value, ifTrue, ifFalse),
  /** Ends: the datagram is kept whole. */
  accept: (): Instruction => instruction(0x06, 0xffff_ffff),
  /** Ends: the datagram is dropped. */
  drop: (): Instruction => instruction(0x06, 0),
} as const;

/**
 * The program as the kernel takes it: an array of `struct sock_filter`, little-endian.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeFilter, packetFilter } from "./packet_filter.ts";
 *
 * assertEquals([...encodeFilter([packetFilter.drop()])], [6, 0, 0, 0, 0, 0, 0, 0]);
 * ```
 */
export function encodeFilter(program: readonly Instruction[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(program.length * instructionBytes);
  const view = new DataView(bytes.buffer);
  program.forEach(({ code, ifTrue, ifFalse, operand }, index) => {
    const at = index * instructionBytes;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, ifTrue);
    view.setUint8(at + 3, ifFalse);
    view.setUint32(at + 4, operand, true);
  });
  return bytes;
}
