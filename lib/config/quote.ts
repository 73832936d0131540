import { oneLine } from "../systemd/one_line.ts";

/** Characters of a received value that a message shows. */
const shown = 60;

/**
 * Quotes a received value for a message: in one line, and cut where it is long.
 *
 * @example
 * ```ts
 * import { quote } from "./quote.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quote("80\n"), '"80\\n"');
 * ```
 */
export function quote(text: string): string {
  const characters = Array.from(text);
  const rest = characters.length - shown;
  const part = oneLine(characters.slice(0, shown).join(""));
  return rest > 0 ? `"${part}…" (${rest} more characters)` : `"${part}"`;
}
