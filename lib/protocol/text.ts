import { cannotEncode, type Format } from "./format.ts";
import { mustHold } from "./malformed.ts";

/** Which texts are legal. */
export interface TextRules {
  /** Matches the whole of every legal text, and ASCII only. */
  readonly pattern: RegExp;
  /** The longest text that the pattern lets through. */
  readonly maxLength: number;
  /** The rule in words, for the error. */
  readonly accepted: string;
}

/** An ASCII text without an end mark: it takes all the bytes that the field around it has left. */
export function text({ pattern, maxLength, accepted }: TextRules): Format<string> {
  return {
    maxBytes: maxLength,
    write(writer, value, name) {
      if (!pattern.test(value)) throw cannotEncode(name, accepted, value);
      writer.bytes(Array.from(value, (character) => character.charCodeAt(0)));
    },
    read(reader) {
      let value = "";
      while (reader.remaining > 0) value += String.fromCharCode(reader.unsigned(1));
      mustHold(pattern.test(value), "a text with illegal characters or length");
      return value;
    },
  };
}
