import { assertEquals, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { crc32, inflateSync } from "node:zlib";
import { type Colour, encodePng } from "./png.ts";

/** The chunks of a PNG file, their checksums verified. */
function chunksOf(file: Uint8Array): Map<string, Uint8Array> {
  assertEquals([...file.subarray(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(file.buffer, file.byteOffset);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < file.length;) {
    const length = view.getUint32(at);
    const type = new TextDecoder().decode(file.subarray(at + 4, at + 8));
    chunks.set(type, file.subarray(at + 8, at + 8 + length));
    const checksum = view.getUint32(at + 8 + length);
    assertEquals(checksum, crc32(Buffer.from(file.subarray(at + 4, at + 8 + length))));
    at += 12 + length;
  }
  return chunks;
}

Deno.test("the pixels are in the file as they were drawn", () => {
  const file = encodePng({ width: 2, height: 2 }, (x, y): Colour => [x, y, 7]);
  const chunks = chunksOf(file);
  assertEquals([...chunks.keys()], ["IHDR", "IDAT", "IEND"]);
  assertEquals([...inflateSync(chunks.get("IDAT") ?? new Uint8Array())], [
    ...[0, 0, 0, 7, 1, 0, 7],
    ...[0, 0, 1, 7, 1, 1, 7],
  ]);
});

Deno.test("the header names the size and 24 bits of true colour", () => {
  const header = chunksOf(encodePng({ width: 3, height: 258 }, () => [1, 2, 3])).get("IHDR");
  assertEquals([...(header ?? [])], [0, 0, 0, 3, 0, 0, 1, 2, 8, 2, 0, 0, 0]);
});

Deno.test("colours are clamped to what a pixel can show", () => {
  const file = encodePng({ width: 1, height: 1 }, () => [-5, 300, 99.6]);
  assertEquals([...inflateSync(chunksOf(file).get("IDAT") ?? new Uint8Array())], [0, 0, 255, 100]);
});

Deno.test("a picture without pixels is refused", () => {
  assertThrows(() => encodePng({ width: 0, height: 1 }, () => [0, 0, 0]), RangeError, "received 0");
});
