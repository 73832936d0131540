import type { ByteReader } from "./byte_reader.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { cannotEncode, type Format } from "./format.ts";
import { mustHold } from "./malformed.ts";

/** Ends the fields; only zeros may follow it (as option kind 0 does in TCP, RFC 9293 §3.1). */
const END_OF_FIELDS = 0;

/** How one property of a message travels as type-length-value fields: none, one or several. */
export interface Field<T> {
  /** 1 to 255, unique within the message; a type that was once in use never changes its meaning. */
  readonly type: number;
  /** The most bytes that the property takes, types and lengths included. */
  readonly maxBytes: number;
  /** What the property is where the message has no such field. */
  readonly absent: T;
  /** Writes as many fields as the value takes. */
  write(writer: ByteWriter, value: T, name: string): void;
  /** Adds the field that `reader` holds to what the fields before it said, if there were any. */
  read(reader: ByteReader, before: T | undefined): T;
}

/** A property that may be absent and has at most one field. */
export function optional<T, A>(type: number, format: Format<T>, absent: A): Field<T | A> {
  return {
    type,
    maxBytes: 2 + format.maxBytes,
    absent,
    write(writer, value, name) {
      if (value !== absent) writeField(writer, type, () => format.write(writer, value as T, name));
    },
    read(reader, before) {
      mustHold(before === undefined, "a second field where only one may be");
      return format.read(reader);
    },
  };
}

/** A list, one field for each element, in their order. */
export function repeated<T>(
  type: number,
  format: Format<T>,
  { atMost }: { readonly atMost: number },
): Field<readonly T[]> {
  return {
    type,
    maxBytes: atMost * (2 + format.maxBytes),
    absent: [],
    write(writer, list, name) {
      if (list.length > atMost) {
        throw cannotEncode(`the number of ${name}`, `at most ${atMost}`, list.length);
      }
      for (const [index, element] of list.entries()) {
        writeField(writer, type, () => format.write(writer, element, `${name}[${index}]`));
      }
    },
    read(reader, before = []) {
      mustHold(before.length < atMost, "a longer list than is legal");
      return [...before, format.read(reader)];
    },
  };
}

/** The properties of an object as fields, up to the end of the bytes or the mark that ends them. */
export function fields<T extends object>(
  properties: { readonly [K in keyof T]-?: Field<T[K]> },
): Format<T> {
  const entries = Object.entries(properties) as [keyof T & string, Field<unknown>][];
  const byType = new Map(entries.map(([key, field]) => [field.type, { key, field }]));
  const absent = Object.fromEntries(entries.map(([key, field]) => [key, field.absent]));
  return {
    maxBytes: entries.reduce((sum, [, field]) => sum + field.maxBytes, 0),
    write(writer, value, name) {
      for (const [key, field] of entries) field.write(writer, value[key], `${name}.${key}`);
    },
    read(reader) {
      const values: { [key: string]: unknown } = {};
      while (reader.remaining > 0) {
        const type = reader.unsigned(1);
        if (type === END_OF_FIELDS) {
          mustHold(reader.take().every((byte) => byte === 0), "padding that is not zero");
          break;
        }
        const value = reader.part(reader.unsigned(1));
        const known = byType.get(type);
        if (known === undefined) continue; // From a newer version: not for us.
        values[known.key] = known.field.read(value, values[known.key]);
        mustHold(value.remaining === 0, "a field that is longer than its type has it");
      }
      return { ...absent, ...values } as T;
    },
  };
}

function writeField(writer: ByteWriter, type: number, writeValue: () => void): void {
  writer.unsigned(1, type);
  writer.lengthPrefixed(writeValue);
}
