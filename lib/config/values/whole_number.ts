import { quote } from "../quote.ts";
import { RefusedValue } from "./refused_value.ts";

/**
 * Makes a reader of whole numbers in decimal digits, without sign or leading zeros.
 *
 * @param least The smallest number accepted.
 * @param most The largest number accepted, at most 15 digits.
 * @returns a reader that throws {@linkcode RefusedValue}.
 */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    if (!/^(0|[1-9][0-9]{0,14})$/.test(text)) {
      throw new RefusedValue(`${quote(text)} is not a whole number`);
    }
    const number = Number(text);
    if (number < least) throw new RefusedValue(`${number} is less than ${least}`);
    if (number > most) throw new RefusedValue(`${number} is more than ${most}`);
    return number;
  };
}
