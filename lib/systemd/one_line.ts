const shortEscapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return shortEscapes[character] ?? `\\u{${code.toString(16)}}`;
}

/**
 * Makes any text fit to stand in one line of a log or a terminal.
 *
 * Control characters, line separators and what would change the direction or the look of the text
 * around it (Unicode category C, Zl and Zp) are shown as escapes, so that a message that holds words
 * of a stranger can neither begin a new line nor drive a terminal.
 *
 * @example
 * ```ts
 * import { oneLine } from "./one_line.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(oneLine("two\nlines"), "two\\nlines");
 * assertEquals(oneLine("\x1b[31mred"), "\\u{1b}[31mred");
 * ```
 */
export function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escape);
}
