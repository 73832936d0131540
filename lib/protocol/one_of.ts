import { cannotEncode, type Format } from "./format.ts";
import { mustHold } from "./malformed.ts";

/** One of a few values, as its place in their list, in 1 byte. */
export function oneOf<const T>(values: readonly T[]): Format<T> {
  return {
    maxBytes: 1,
    write(writer, value, name) {
      const place = values.indexOf(value);
      if (place < 0) throw cannotEncode(name, `one of ${values.join(", ")}`, value);
      writer.unsigned(1, place);
    },
    read(reader) {
      const place = reader.unsigned(1);
      mustHold(place < values.length, "a choice that does not exist");
      return values[place] as T;
    },
  };
}
