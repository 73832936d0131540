import { quote } from "../quote.ts";
import { RefusedValue } from "./refused_value.ts";

/**
 * Reads the path of a Unix socket: absolute, and at most 107 bytes (unix(7), sun_path).
 *
 * @throws {RefusedValue} where it is none.
 */
export function readSocketPath(text: string): string {
  if (!text.startsWith("/") || text.endsWith("/")) {
    throw new RefusedValue(`${quote(text)} is not the absolute path of a file`);
  }
  if (/\p{Cc}/u.test(text)) throw new RefusedValue(`${quote(text)} has a control character`);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > 107) throw new RefusedValue(`it is ${bytes} bytes long`);
  return text;
}
