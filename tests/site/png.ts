import { crc32, deflateSync } from "node:zlib";

/** A colour: red, green and blue, 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number];

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Eight bits a channel, red, green and blue, no interlacing (PNG specification, section 11.2.2). */
const trueColour = [8, 2, 0, 0, 0];

/**
 * Draws a picture and writes it as a PNG file (ISO/IEC 15948).
 *
 * @param width In pixels, at least 1.
 * @param height In pixels, at least 1.
 * @param colourAt The colour of a pixel; values are clamped to 0 to 255.
 * @throws {RangeError} where a side is no positive whole number.
 */
export function encodePng(
  { width, height }: { width: number; height: number },
  colourAt: (x: number, y: number) => Colour,
): Uint8Array<ArrayBuffer> {
  for (const side of [width, height]) {
    if (!Number.isInteger(side) || side < 1) {
      throw new RangeError(`Cannot draw a picture: sides are 1 or more pixels, received ${side}`);
    }
  }
  const header = new Uint8Array(13);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  header.set(trueColour, 8);
  const chunks = [
    new Uint8Array(signature),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(scanlines(width, height, colourAt))),
    chunk("IEND", new Uint8Array()),
  ];
  return concatenate(chunks);
}

/** Each line of pixels begins with its filter, of which 0 is none. */
function scanlines(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => Colour,
): Uint8Array {
  const lines = new Uint8ClampedArray(height * (1 + 3 * width));
  for (let y = 0, at = 0; y < height; y++) {
    at++;
    for (let x = 0; x < width; x++, at += 3) lines.set(colourAt(x, y), at);
  }
  return new Uint8Array(lines.buffer);
}

/** Length, type, data, and the checksum of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
