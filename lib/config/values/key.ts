import { RefusedValue } from "./refused_value.ts";

/** Fewer characters than this are no key worth the name. */
const leastCharacters = 16;

/** What stands for the published default key in `LB_KEY_PREVIOUS`. */
export const defaultKeyWord = "default";

/** What says that there is no key, where leaving the setting out could be an oversight. */
export const noKeyWord = "none";

/**
 * Reads a shared key: at least 16 printable ASCII characters without spaces, or the word `none`.
 *
 * A key can then be typed, quoted and carried in an environment file without a change. No message
 * holds any part of it.
 *
 * @returns null where there is no key.
 * @throws {RefusedValue} where it is neither.
 */
export function readKey(text: string): string | null {
  if (text === noKeyWord) return null;
  if (text === defaultKeyWord) {
    throw new RefusedValue(
      "the word default stands for no key; the published key needs no setting",
    );
  }
  if (!/^[\x21-\x7e]*$/.test(text)) {
    throw new RefusedValue("it has a space or a character that is not printable ASCII");
  }
  if (text.length < leastCharacters) {
    throw new RefusedValue(`it has ${text.length} characters`);
  }
  return text;
}

/**
 * Reads the key that is also accepted: a key, the word `default` for the published one, or `none`.
 *
 * @returns null where no other key is accepted.
 * @throws {RefusedValue} where it is none of these.
 */
export function readPreviousKey(text: string): string | null {
  return text === defaultKeyWord ? text : readKey(text);
}
