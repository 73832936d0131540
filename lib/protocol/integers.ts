import { cannotEncode, type Format } from "./format.ts";
import { mustHold } from "./malformed.ts";

/** The largest number of 32 bits. */
export const MAX_U32 = 0xffff_ffff;

/** The legal values of a number, both ends included; by default all that its width holds. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** A whole number in 1 byte. */
export function u8(range: Range = {}): Format<number> {
  return unsigned(1, { min: 0, max: 0xff, ...range });
}

/** A whole number in 2 bytes. */
export function u16(range: Range = {}): Format<number> {
  return unsigned(2, { min: 0, max: 0xffff, ...range });
}

/** A whole number in 4 bytes. */
export function u32(range: Range = {}): Format<number> {
  return unsigned(4, { min: 0, max: MAX_U32, ...range });
}

function unsigned(width: 1 | 2 | 4, { min, max }: Required<Range>): Format<number> {
  return {
    maxBytes: width,
    write(writer, value, name) {
      if (!Number.isInteger(value) || value < min || value > max) {
        throw cannotEncode(name, `a whole number from ${min} to ${max}`, value);
      }
      writer.unsigned(width, value);
    },
    read(reader) {
      const value = reader.unsigned(width);
      mustHold(value >= min && value <= max, "a number out of its range");
      return value;
    },
  };
}

/**
 * A count of 32 bits that may be unknown: all ones stand for null.
 *
 * The kernel's own counts that travel so are signed, and can never reach 2^32 − 1.
 */
export const u32OrUnknown: Format<number | null> = {
  maxBytes: 4,
  write(writer, value, name) {
    if (value === null) writer.unsigned(4, MAX_U32);
    else u32({ max: MAX_U32 - 1 }).write(writer, value, name);
  },
  read(reader) {
    const value = reader.unsigned(4);
    return value === MAX_U32 ? null : value;
  },
};

/** Any 64 bits. */
export const u64: Format<bigint> = {
  maxBytes: 8,
  write(writer, value, name) {
    if (typeof value !== "bigint" || BigInt.asUintN(64, value) !== value) {
      throw cannotEncode(name, "a bigint from 0 to 2^64 − 1", value);
    }
    writer.unsigned64(value);
  },
  read: (reader) => reader.unsigned64(),
};

/**
 * A number of bytes that cannot be 0, in 8 bytes.
 *
 * It ends at 2^53 − 1, where a JavaScript number stops being exact: 8 PiB of memory.
 */
export const byteCount: Format<number> = {
  maxBytes: 8,
  write(writer, value, name) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw cannotEncode(name, "a whole number from 1 to 2^53 − 1", value);
    }
    writer.unsigned64(BigInt(value));
  },
  read(reader) {
    const value = reader.unsigned64();
    mustHold(value >= 1n && value <= BigInt(Number.MAX_SAFE_INTEGER), "a count out of its range");
    return Number(value);
  },
};
