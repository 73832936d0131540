import { quote } from "../quote.ts";
import { RefusedValue } from "./refused_value.ts";

/**
 * Reads the name of a network interface, as Linux allows them (dev_valid_name, net/core/dev.c): 1 to
 * 15 bytes without `/`, `:` and white space, and neither `.` nor `..`.
 *
 * @throws {RefusedValue} where it is none.
 */
export function readInterfaceName(text: string): string {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > 15) throw new RefusedValue(`${quote(text)} is longer than 15 characters`);
  if (bytes === 0 || /[/:\s\p{C}]|^\.{1,2}$/u.test(text)) {
    throw new RefusedValue(`${quote(text)} is not the name of an interface`);
  }
  return text;
}
