import { closestName } from "../closest_name.ts";
import { quote } from "../quote.ts";
import { RefusedValue } from "./refused_value.ts";

/**
 * Makes a reader of one word out of several.
 *
 * @param words The words accepted, written exactly so.
 * @returns a reader that throws {@linkcode RefusedValue}.
 */
export function oneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    const meant = closestName(text, words);
    throw new RefusedValue(
      `${quote(text)} is not one of them` + (meant === null ? "" : ` (did you mean ${meant}?)`),
    );
  };
}
