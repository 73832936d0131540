import stringWidth from "string-width";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Cuts a text to so many columns of a terminal, with an ellipsis where something is cut off. Characters
 * that take two columns (UAX #11), and those made of several code points, are never cut in two.
 *
 * @example
 * ```ts
 * import { clip } from "./clip.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(clip("answering", 9), "answering");
 * assertEquals(clip("answering", 5), "answ…");
 * assertEquals(clip("負荷分散", 6), "負荷…");
 * ```
 */
export function clip(text: string, room: number): string {
  if (stringWidth(text) <= room) return text;
  if (room < 1) return "";
  let clipped = "";
  let left = room - 1;
  for (const { segment } of graphemes.segment(text)) {
    left -= stringWidth(segment);
    if (left < 0) break;
    clipped += segment;
  }
  return `${clipped}…`;
}

/** Fills a text up with spaces to so many columns of a terminal, or cuts it to them. */
export function fill(text: string, room: number, align: "left" | "right" = "left"): string {
  const clipped = clip(text, room);
  const padding = " ".repeat(Math.max(0, room - stringWidth(clipped)));
  return align === "left" ? clipped + padding : padding + clipped;
}
