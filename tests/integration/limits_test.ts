import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import {
  connectTo,
  echo,
  pattern,
  receive,
  send,
  serveRaw,
} from "../../frontend/proxy/loopback_fixture.ts";
import { crowd } from "./crowd.ts";
import { startQuietWorkers } from "./quiet_workers.ts";

Deno.test("with few files clients wait for their turn, and all are served in the end", async () => {
  await crowd(256, 40);
});

Deno.test("a limit per server holds across threads, and all are served in the end", async () => {
  const most = 4;
  const workers = 2;
  let now = 0;
  let seen = 0;
  await using server = serveRaw(async (conn) => {
    seen = Math.max(seen, ++now);
    await echo(conn).finally(() => now--);
  });
  const options = { workers, maxConnections: 1_000, relay: { maxPerServer: most } };
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
});
