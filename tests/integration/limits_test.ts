import { assert, assertEquals, assertLess } from "@std/assert";
import {
  connectTo,
  echo,
  pattern,
  receive,
  send,
  serveRaw,
} from "../../frontend/proxy/loopback_fixture.ts";
import { countCuts } from "../../frontend/table/cuts.ts";
import { testOnEachEngine } from "../../frontend/proxy/proxy_fixture.ts";
import { crowd } from "./crowd.ts";
import { deadline } from "../../lib/control/deadline.ts";
import { pause, waitFor } from "../wait_for.ts";
import { startQuietWorkers } from "./quiet_workers.ts";

testOnEachEngine(
  "with few files clients wait for their turn, and all are served in the end",
  async ({ name }) => void await crowd(256, 40, name),
);

/** Whether a client is sent back what it sends, before long even on a busy machine. */
async function isServed(client: Deno.TcpConn): Promise<boolean> {
  await send(client, pattern(3));
  return await deadline(receive(client, 3), 5_000, "no answer").then(() => true, () => false);
}

for (const workers of [2, 8]) {
  testOnEachEngine(
    `the limit of connections is that of all ${workers} workers together`,
    async ({ name }) => {
      const limit = 20;
      let now = 0;
      let most = 0;
      await using server = serveRaw(async (conn) => {
        now++;
        await echo(conn).finally(() => now--);
      });
      const options = { workers, maxConnections: limit, relay: { engine: name } };
      await using relay = await startQuietWorkers([server.port], options);
      const look = setInterval(() => most = Math.max(most, relay.table.workerSum("open")), 1);
      const delays: number[] = [];
      for (let round = 0; round < 5; round++) {
        const clients: Deno.TcpConn[] = [];
        for (let count = 0; count < limit; count++) {
          const client = await connectTo(relay.port);
          clients.push(client);
          assert(await isServed(client), `client ${count + 1} of ${limit} is served`);
        }
        const late = await Promise.all(Array.from({ length: 10 }, () => connectTo(relay.port)));
        const waits = late.map(async (client) => {
          await send(client, pattern(3));
          await receive(client, 3);
          client.close();
          return performance.now();
        });
        await pause(100);
        assertEquals([now, relay.table.workerSum("open")], [limit, limit]);
        const freedAt = performance.now();
        for (const client of clients) client.close();
        delays.push(Math.max(...await Promise.all(waits)) - freedAt);
        await waitFor("all to have ended", () => relay.table.workerSum("open") === 0 || null, {
          withinMs: 5_000,
          everyMs: 5,
        });
      }
      clearInterval(look);
      assertEquals(most, limit);
      // Whichever worker the kernel gave them to, nobody waits for a look at the clock.
      assertLess(Math.min(...delays), 200);
    },
  );
}

testOnEachEngine(
  "a limit per server holds across threads, and all are served in the end",
  async ({ name }) => {
    const most = 2;
    const workers = 8;
    await using server = serveRaw(echo);
    const options = { workers, maxConnections: 1_000, relay: { engine: name, maxPerServer: most } };
    await using relay = await startQuietWorkers([server.port], options);
    let seen = 0;
    const look = setInterval(() => seen = Math.max(seen, relay.table.relaySum("active", 0)), 1);
    await Promise.all(Array.from({ length: 600 }, async (_, seed) => {
      using client = await connectTo(relay.port);
      await send(client, pattern(100, seed));
      assertEquals(await receive(client, 100), pattern(100, seed));
    }));
    clearInterval(look);
    assertEquals(seen, most);
    assertEquals(relay.table.workerSum("refused"), 0);
  },
);

/** A client that has been answered; null where it was reset. */
async function visit(port: number): Promise<Deno.TcpConn | null> {
  const client = await connectTo(port).catch(() => null);
  if (client === null) return null;
  try {
    await send(client, pattern(3));
    await receive(client, 3);
    return client;
  } catch {
    client.close();
    return null;
  }
}

testOnEachEngine(
  "a limit per client holds exactly across threads, under a rush and after it",
  async ({ name }) => {
    const maxPerClient = 50;
    await using server = serveRaw(echo);
    const options = { workers: 4, maxConnections: 1_000, relay: { engine: name, maxPerClient } };
    await using relay = await startQuietWorkers([server.port], options);
    for (let round = 0; round < 3; round++) {
      const served = (await Promise.all(Array.from({ length: 400 }, () => visit(relay.port))))
        .filter((client) => client !== null);
      assertEquals([served.length, relay.table.workerSum("open")], [maxPerClient, maxPerClient]);
      for (const client of served) client.close();
      await waitFor("all to have ended", () => relay.table.workerSum("open") === 0 || null, {
        withinMs: 5_000,
        everyMs: 5,
      });
    }
    assertEquals(countCuts(relay.table)["per-client"], 3 * 350);
  },
);
