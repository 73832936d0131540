/**
 * Clients and servers that do anything at any moment: `deno task test:long`. No worker may die of it,
 * and nothing may be left of it: no connection, no descriptor, no place in a count.
 *
 * @module
 */
import { assertEquals, assertLess } from "@std/assert";
import {
  connectTo,
  eventually,
  pattern,
  reset,
  serveRaw,
} from "../../frontend/proxy/loopback_fixture.ts";
import { testOnEachEngine } from "../../frontend/proxy/proxy_fixture.ts";
import { startProxyProcess } from "../integration/proxy_process.ts";
import { footprint } from "../network/footprint.ts";

const connections = Number(Deno.env.get("LB_CHAOS") ?? 37_000);
const atOnce = 60;
const mayGrowMiB = 60;
const mayKeepDescriptors = 8;

const upTo = (most: number) => Math.floor(most * Math.random());

/** What an end may do next; whichever throws ends it. */
const deeds: readonly ((conn: Deno.TcpConn) => Promise<unknown> | void)[] = [
  (conn) => conn.write(pattern(1 + upTo(10))),
  (conn) => conn.write(pattern(1 + upTo(300_000))),
  (conn) => conn.read(new Uint8Array(1 + upTo(100_000))),
  (conn) => conn.read(new Uint8Array(64)),
  (conn) => conn.closeWrite(),
  () => new Promise((resolve) => setTimeout(resolve, upTo(20))),
  () => {},
];
const endings: readonly ((conn: Deno.TcpConn) => void)[] = [
  (conn) => conn.close(),
  reset,
];

/** Does a few things at random, none of which may take long, and ends in some way. */
async function misbehave(conn: Deno.TcpConn): Promise<void> {
  const timer = setTimeout(() => reset(conn), 200 + upTo(300));
  try {
    for (let left = upTo(6); left > 0; left--) await deeds[upTo(deeds.length)]?.(conn);
  } catch {
    // The other end was quicker.
  }
  clearTimeout(timer);
  try {
    endings[upTo(endings.length)]?.(conn);
  } catch {
    // It was reset by the timer.
  }
}

async function visit(port: number): Promise<void> {
  try {
    await misbehave(await connectTo(port));
  } catch {
    // It was reset before it was noticed to be connected.
  }
}

async function visitAll(port: number, count: number): Promise<void> {
  let left = count;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (left-- > 0) await visit(port);
  }));
}

testOnEachEngine(
  "whatever clients and servers do, workers live and nothing is left",
  async ({ name }) => {
    await using server = serveRaw(misbehave);
    await using proxy = await startProxyProcess(server.port, name);
    await visitAll(proxy.port, 2_000);
    const before = footprint(proxy);
    await visitAll(proxy.port, connections);
    await eventually("no descriptor is left", () => {
      return footprint(proxy).descriptors < before.descriptors + mayKeepDescriptors;
    });
    const after = footprint(proxy);
    Deno.stdout.writeSync(new TextEncoder().encode(
      `${connections} connections: ${before.residentMiB.toFixed(0)} MiB, then ` +
        `${after.residentMiB.toFixed(0)} MiB; ${after.descriptors} descriptors\n`,
    ));
    assertLess(after.residentMiB - before.residentMiB, mayGrowMiB);
    // What servers did is reported, as JSON here; what is written to the log would be of a dead worker.
    const others = proxy.lines.filter((line) => !/^\{"type"|passed on as resets/.test(line));
    assertEquals(others, []);
  },
);
