/**
 * The tests that take too long for every day; run with `deno task test:long`.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { testOnEachEngine } from "../../frontend/proxy/proxy_fixture.ts";
import { receiveStream, sendStream } from "../integration/byte_stream.ts";
import { carriedPair } from "../integration/carried_pair.ts";

const gibi = 1024 ** 3;

testOnEachEngine("1 GiB each way at once arrives as it was sent", async ({ name }) => {
  await using ends = await carriedPair(name);
  const speak = async (conn: Deno.TcpConn, seed: number) => {
    const sent = await sendStream(conn, gibi, seed);
    await conn.closeWrite();
    return sent;
  };
  const [up, down, atServer, atClient] = await Promise.all([
    speak(ends.client, 3),
    speak(ends.server, 7),
    receiveStream(ends.server),
    receiveStream(ends.client),
  ]);
  assertEquals(atServer, up);
  assertEquals(atClient, down);
});
