import { assertEquals, assertLess } from "@std/assert";
import { connectTo, eventually, serveRaw } from "../../frontend/proxy/loopback_fixture.ts";
import { testOnEachEngine } from "../../frontend/proxy/proxy_fixture.ts";
import { footprint } from "../network/footprint.ts";
import { startProxyProcess } from "./proxy_process.ts";

const clients = 100;
const bytesOfEach = 400;
/** A heap breathes; what was kept once came to more than 375 bytes for each. */
const mostMiB = 16;

testOnEachEngine(
  "what a client sends byte by byte before it is answered costs no more than its bytes",
  async ({ name }) => {
    let arrived = 0;
    await using server = serveRaw(async (conn) => {
      const buffer = new Uint8Array(1024);
      for (let read; (read = await conn.read(buffer)) !== null;) arrived += read;
    });
    await using proxy = await startProxyProcess(server.port, name);
    const conns = await Promise.all(Array.from({ length: clients }, () => connectTo(proxy.port)));
    for (const conn of conns) conn.setNoDelay();
    const drip = async (bytes: number) => {
      const before = arrived;
      for (let sent = 1; sent <= bytes; sent++) {
        await Promise.all(conns.map((conn) => conn.write(Uint8Array.of(sent & 255))));
        // The next bytes are sent by themselves.
        await eventually("the bytes have arrived", () => arrived === before + sent * clients);
      }
    };
    await drip(50);
    const before = footprint(proxy);
    await drip(bytesOfEach);
    const after = footprint(proxy);
    assertLess(after.residentMiB - before.residentMiB, mostMiB);
    for (const conn of conns) conn.close();
    assertEquals(proxy.lines, []);
  },
);
