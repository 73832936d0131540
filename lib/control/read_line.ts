/** Where bytes come from, such as a `Deno.Conn`. */
export interface ByteReader {
  /** Fills a part of the buffer; the number of bytes, or null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
}

const newline = 0x0a;

/**
 * Reads one line of UTF-8 text; what follows it is not looked at.
 *
 * @param reader Where to read.
 * @param maximumBytes The longest line accepted, without its line end.
 * @returns the line without its line end.
 * @throws {RangeError} where the line is longer.
 * @throws {SyntaxError} where the text ends before the line does, or is not UTF-8.
 */
export async function readLine(reader: ByteReader, maximumBytes: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const buffer = new Uint8Array(4 * 1024);
    const count = await reader.read(buffer);
    if (count === null) throw new SyntaxError("the line has no end");
    const end = buffer.subarray(0, count).indexOf(newline);
    const part = buffer.subarray(0, end < 0 ? count : end);
    parts.push(part);
    length += part.length;
    if (length > maximumBytes) throw new RangeError(`the line is over ${maximumBytes} bytes long`);
    if (end >= 0) return decode(parts, length);
  }
}

function decode(parts: readonly Uint8Array[], length: number): string {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new SyntaxError("the line is not UTF-8");
  }
}
