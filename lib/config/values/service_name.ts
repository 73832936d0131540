import { quote } from "../quote.ts";
import { RefusedValue } from "./refused_value.ts";

/**
 * Reads a service name as RFC 6335, section 5.1, has it, in lower case: 1 to 15 letters, digits and
 * hyphens, at least one letter, no hyphen at either end, no two in a row.
 *
 * @throws {RefusedValue} where it is none.
 */
export function readServiceName(text: string): string {
  if (text.length > 15) throw new RefusedValue(`${quote(text)} is longer than 15 characters`);
  if (!/^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(text)) {
    throw new RefusedValue(`${quote(text)} is not a service name`);
  }
  return text;
}
