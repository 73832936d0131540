import { createColorPalette, parseAnsiSequences, type ParseToken } from "ansi-sequence-parser";
import stringWidth from "string-width";

/** A character's cell, the space around the screen, and the size of the type, in pixels. */
const cell = { width: 8.4, height: 18 };
const margin = 14;
const typeSize = 14;

/** Colours of the screen that are legible on its dark ground. */
const ground = "#16181d";
const plain = "#d6d9e0";
const colours = createColorPalette({
  black: "#16181d",
  red: "#f47067",
  green: "#6bc46d",
  yellow: "#daaa3f",
  blue: "#6cb6ff",
  magenta: "#dcbdfb",
  cyan: "#76e3ea",
  white: "#d6d9e0",
  brightBlack: "#768390",
  brightRed: "#ff938a",
  brightGreen: "#8ddb8c",
  brightYellow: "#eac55f",
  brightBlue: "#96d0ff",
  brightMagenta: "#e5d4fc",
  brightCyan: "#b3f0f5",
  brightWhite: "#ffffff",
});

/**
 * Draws what stands on a terminal's screen as a picture (SVG 1.1).
 *
 * @param screen Its lines, with the sequences that colour them (ECMA-48, SGR).
 * @param columns How wide it is.
 * @param title What the picture shows, for those who do not see it.
 */
export function screenSvg(screen: string, columns: number, title: string): string {
  const lines = screen.trimEnd().split("\n");
  const width = Math.ceil(columns * cell.width + 2 * margin);
  const height = Math.ceil(lines.length * cell.height + 2 * margin);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" ` +
    `font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" ` +
    `font-size="${typeSize}" fill="${plain}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${ground}"/>`,
    ...lines.flatMap(drawLine),
    "</svg>\n",
  ].join("\n");
}

function drawLine(line: string, row: number): string[] {
  let column = 0;
  return parseAnsiSequences(line).flatMap((token) => {
    const start = column;
    column += stringWidth(token.value);
    return drawRun(token, start, row);
  });
}

/** A run of characters that look alike. */
function drawRun(
  { value, foreground, background, decorations }: ParseToken,
  at: number,
  row: number,
) {
  const reverse = decorations.has("reverse");
  const front = foreground === null ? plain : colours.value(foreground);
  const back = background === null ? ground : colours.value(background);
  const [ink, paper] = reverse ? [back, front] : [front, back];
  const x = round(margin + at * cell.width);
  const y = margin + row * cell.height;
  const width = round(stringWidth(value) * cell.width);
  const elements: string[] = [];
  if (paper !== ground) {
    elements.push(
      `<rect x="${x}" y="${y}" width="${width}" height="${cell.height}" fill="${paper}"/>`,
    );
  }
  if (value.trim() !== "") {
    const style = (ink === plain ? "" : ` fill="${ink}"`) +
      (decorations.has("bold") ? ' font-weight="bold"' : "") +
      (decorations.has("dim") ? ' opacity="0.65"' : "");
    // The width is given, so that columns stay aligned in whatever type the reader has.
    elements.push(
      `<text x="${x}" y="${y + typeSize}" textLength="${width}" lengthAdjust="spacingAndGlyphs" ` +
        `xml:space="preserve"${style}>${escaped(value)}</text>`,
    );
  }
  return elements;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
