import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import {
  connectTo,
  echo,
  pattern,
  receive,
  send,
  serveRaw,
} from "../../frontend/proxy/loopback_fixture.ts";
import { testOnEachEngine } from "../../frontend/proxy/proxy_fixture.ts";
import { crowd } from "./crowd.ts";
import { startQuietWorkers } from "./quiet_workers.ts";

testOnEachEngine(
  "with few files clients wait for their turn, and all are served in the end",
  async ({ name }) => void await crowd(256, 40, name),
);

testOnEachEngine(
  "a limit per server holds across threads, and all are served in the end",
  async ({ name }) => {
    const most = 4;
    const workers = 2;
    let now = 0;
    let seen = 0;
    await using server = serveRaw(async (conn) => {
      seen = Math.max(seen, ++now);
      await echo(conn).finally(() => now--);
    });
    const options = { workers, maxConnections: 1_000, relay: { engine: name, maxPerServer: most } };
    await using relay = await startQuietWorkers([server.port], options);
    await Promise.all(Array.from({ length: 300 }, async (_, seed) => {
      using client = await connectTo(relay.port);
      await send(client, pattern(100, seed));
      assertEquals(await receive(client, 100), pattern(100, seed));
    }));
    // Threads that choose at the same instant do not see each other.
    assertLessOrEqual(seen, most + workers - 1);
    assert(seen >= most, `Expected ${most} connections at once, received ${seen}`);
    assertEquals(relay.table.workerSum("refused"), 0);
  },
);
