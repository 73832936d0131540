import { createHash } from "node:crypto";
import { pattern } from "../../frontend/proxy/loopback_fixture.ts";

/** What went through an end of a connection: how much, and its digest. */
export interface Passed {
  readonly bytes: number;
  readonly digest: string;
}

const blockBytes = 1024 * 1024;

/** Sends so many bytes, no megabyte like another, and says what they were; the end stays open. */
export async function sendStream(
  conn: Deno.TcpConn,
  bytes: number,
  seed: number,
): Promise<Passed> {
  const hash = createHash("sha256");
  const block = pattern(blockBytes, seed);
  const counter = new DataView(block.buffer);
  for (let sent = 0; sent < bytes; sent += blockBytes) {
    counter.setUint32(0, sent / blockBytes);
    const part = block.subarray(0, Math.min(blockBytes, bytes - sent));
    hash.update(part);
    for (let at = 0; at < part.length;) at += await conn.write(part.subarray(at));
  }
  return { bytes, digest: hash.digest("hex") };
}

/** Receives until the end, and says what it was. */
export async function receiveStream(
  conn: Deno.TcpConn,
  { pause = () => undefined }: { pause?: (received: number) => Promise<void> | undefined } = {},
): Promise<Passed> {
  const hash = createHash("sha256");
  const buffer = new Uint8Array(256 * 1024);
  let bytes = 0;
  for (;;) {
    const read = await conn.read(buffer);
    if (read === null) return { bytes, digest: hash.digest("hex") };
    hash.update(buffer.subarray(0, read));
    bytes += read;
    await pause(bytes);
  }
}
