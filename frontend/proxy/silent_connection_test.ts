import { assert, assertEquals, assertLess } from "@std/assert";
import { countCuts } from "../table/cuts.ts";
import {
  connectTo,
  echo,
  ending,
  eventually,
  pattern,
  receive,
  send,
  servedClient,
  serveRaw,
} from "./loopback_fixture.ts";
import { testOnEachEngine } from "./proxy_fixture.ts";

/** Sweeps come every 100 ms or every 500 ms, and silence counts after two of them. */
const quick = { idleTimeoutMs: 1_000, silentMs: 200 };
const patient = { idleTimeoutMs: 60_000, silentMs: 500 };

for (
  const [limit, one] of [
    ["its server", { maxPerServer: 1 }],
    ["the proxy", { maxConnections: 1 }],
  ] as const
) {
  testOnEachEngine(
    `a connection on which nobody has spoken gives its place up where ${limit} is full`,
    async ({ runProxy }) => {
      await using server = serveRaw(echo);
      await using proxy = runProxy([server.port], { ...patient, ...one });
      using silent = await connectTo(proxy.port);
      await eventually("it is served", () => proxy.figures(0).total === 1);
      using second = await connectTo(proxy.port);
      await send(second, pattern(5));
      const begun = performance.now();
      assertEquals(await receive(second, 5), pattern(5));
      assertLess(performance.now() - begun, 3_000);
      assertEquals(await ending(silent), "reset");
      assertEquals(countCuts(proxy.table).silent, 1);
    },
  );

  testOnEachEngine(
    `one on which somebody has spoken keeps its place though ${limit} is full`,
    async ({ runProxy }) => {
      const speaking = Promise.withResolvers<void>();
      let isFirst = true;
      await using server = serveRaw(async (conn) => {
        if (!isFirst) return await echo(conn);
        isFirst = false;
        await send(conn, pattern(2));
        await speaking.promise;
      });
      await using proxy = runProxy([server.port], { ...patient, ...one });
      using greeted = await connectTo(proxy.port);
      await receive(greeted, 2);
      using second = await connectTo(proxy.port);
      await send(second, pattern(5));
      await new Promise((resolve) => setTimeout(resolve, 4 * patient.silentMs));
      assertEquals([proxy.figures(0).total, countCuts(proxy.table).silent], [1, 0]);
      speaking.resolve();
      assertEquals(await ending(greeted), "end");
      await greeted.closeWrite();
      assertEquals(await receive(second, 5), pattern(5));
    },
  );
}

testOnEachEngine(
  "silence costs nobody his place while nobody waits",
  async ({ runProxy }) => {
    await using server = serveRaw(echo);
    await using proxy = runProxy([server.port], { ...quick, maxPerServer: 1, maxConnections: 1 });
    using silent = await connectTo(proxy.port);
    await eventually("it is served", () => proxy.figures(0).total === 1);
    await eventually("the idle time is over", () => proxy.table.workerSum("open") === 0);
    assertEquals(await ending(silent), "reset");
    const { silent: gaveWay, idle } = countCuts(proxy.table);
    assertEquals({ gaveWay, idle }, { gaveWay: 0, idle: 1 });
  },
);

testOnEachEngine(
  "thirty silent clients hold a service for ten for moments only",
  async ({ runProxy }) => {
    await using server = serveRaw(echo);
    await using proxy = runProxy([server.port], { ...patient, maxPerServer: 10 });
    const silent = await Promise.all(Array.from({ length: 30 }, () => connectTo(proxy.port)));
    await eventually("twenty of them wait", () => proxy.table.workerSum("waiting") === 20);
    using client = await connectTo(proxy.port);
    await send(client, pattern(5));
    assertEquals(await receive(client, 5), pattern(5));
    for (const each of silent) each.close();
    const { silent: cut } = countCuts(proxy.table);
    assert(cut >= 20, `Expected 20 and more to give way, received ${cut}`);
  },
);

testOnEachEngine("every cut is told to the log where that is wanted", async ({ runProxy }) => {
  await using server = serveRaw(echo);
  await using proxy = runProxy([server.port], { idleTimeoutMs: 300, logsCuts: true });
  using client = await servedClient(proxy.port);
  await eventually("the idle time is over", () => proxy.table.workerSum("open") === 0);
  const { port } = client.localAddr;
  assertEquals(proxy.messages, [{
    type: "log",
    level: "debug",
    message: `Cut the connection of 127.0.0.1:${port} to 127.0.0.1:${server.port} (idle): ` +
      "nothing passed for LB_IDLE_TIMEOUT",
  }]);
});
