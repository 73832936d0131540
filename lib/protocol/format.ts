import type { ByteReader } from "./byte_reader.ts";
import type { ByteWriter } from "./byte_writer.ts";

/**
 * How a value is laid out in bytes: both directions in one place, so that they cannot drift apart.
 */
export interface Format<T> {
  /** The most bytes that a value takes. */
  readonly maxBytes: number;
  /**
   * Writes a value.
   *
   * @param name What the value is called, for the error.
   * @throws {RangeError} where the format has no room for the value.
   */
  write(writer: ByteWriter, value: T, name: string): void;
  /**
   * Reads a value.
   *
   * @throws {Malformed} where no writer would have written these bytes.
   */
  read(reader: ByteReader): T;
}

/** Lays out the properties of an object one after another, in the order in which they are named. */
export function struct<T extends object>(
  properties: { readonly [K in keyof T]-?: Format<T[K]> },
): Format<T> {
  const entries = Object.entries(properties) as [keyof T & string, Format<unknown>][];
  return {
    maxBytes: entries.reduce((sum, [, format]) => sum + format.maxBytes, 0),
    write(writer, value, name) {
      for (const [key, format] of entries) format.write(writer, value[key], `${name}.${key}`);
    },
    read(reader) {
      const value: { [key: string]: unknown } = {};
      for (const [key, format] of entries) value[key] = format.read(reader);
      return value as T;
    },
  };
}

/** Lays out some properties of an object by one format and the others, after them, by another. */
export function both<A extends object, B extends object>(
  first: Format<A>,
  second: Format<B>,
): Format<A & B> {
  return {
    maxBytes: first.maxBytes + second.maxBytes,
    write(writer, value, name) {
      first.write(writer, value, name);
      second.write(writer, value, name);
    },
    read: (reader) => ({ ...first.read(reader), ...second.read(reader) }),
  };
}

/** The error of a writer that was handed a value outside its range. */
export function cannotEncode(name: string, accepted: string, received: unknown): RangeError {
  const shown = typeof received === "string" ? JSON.stringify(received) : String(received);
  return new RangeError(`Cannot encode ${name}: it must be ${accepted}, received ${shown}`);
}
