/** Where bytes go, such as a `Deno.Conn`. */
export interface ByteWriter {
  /** Takes a part of the bytes; how many. */
  write(bytes: Uint8Array): Promise<number>;
}

/** Writes a text as UTF-8, all of it. */
export async function writeAll(writer: ByteWriter, text: string): Promise<void> {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(await writer.write(rest));
}
