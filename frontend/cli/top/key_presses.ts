import { emitKeypressEvents } from "node:readline";
import { PassThrough } from "node:stream";
import { keyName, type KeyPress } from "./key_name.ts";

/**
 * Reads keys from standard input, one by one, until it ends.
 *
 * @param press Called with the name of each key; see `keyName`.
 */
export async function readKeys(press: (key: string) => void): Promise<void> {
  const bytes = new PassThrough();
  emitKeypressEvents(bytes);
  bytes.on("keypress", (character: string | undefined, key: KeyPress) => {
    press(keyName(character, key));
  });
  const buffer = new Uint8Array(1024);
  for (;;) {
    const count = await Deno.stdin.read(buffer);
    if (count === null) return;
    bytes.write(buffer.slice(0, count));
  }
}
