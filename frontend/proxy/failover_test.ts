import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import {
  connectTo,
  digest,
  echo,
  ending,
  endingOfVisit,
  eventually,
  fillQueue,
  freePort,
  listenAnywhere,
  pattern,
  receive,
  receiveAll,
  reset,
  send,
  serveRaw,
} from "./loopback_fixture.ts";
import { testOnEachEngine } from "./proxy_fixture.ts";

async function roundTrip(port: number, bytes: Uint8Array): Promise<Uint8Array> {
  using client = await connectTo(port);
  const [received] = await Promise.all([
    receiveAll(client),
    send(client, bytes).then(() => client.closeWrite()),
  ]);
  return received;
}

/** A server that takes connections, reads so many bytes, and resets. */
const resetAfter = (bytes: number) =>
  serveRaw(async (conn) => {
    if (bytes > 0) await receive(conn, bytes);
    reset(conn);
  });

for (const read of [0, 1, 5_000]) {
  testOnEachEngine(
    `a server that resets after ${read} bytes is replaced before the client notices`,
    async ({ runProxy }) => {
      await using resetting = resetAfter(read);
      await using server = serveRaw(echo);
      await using proxy = runProxy([resetting.port, server.port]);
      for (const seed of [1, 2]) {
        const bytes = pattern(5_000, seed);
        assertEquals(await digest(await roundTrip(proxy.port, bytes)), await digest(bytes));
      }
      await proxy.stop();
      const { active, failed, awaitingFirstByte } = proxy.figures(0);
      assertEquals({ active, awaitingFirstByte }, { active: 0, awaitingFirstByte: 0 });
      assertGreater(failed, 0);
      const first = { slot: 0, generation: proxy.table.generation(0) };
      const loss = [
        { type: "reset", client: "127.0.0.1", ...first },
        { type: "replayed", client: "127.0.0.1", servers: [first], outcome: "answered" },
      ];
      assertEquals(proxy.messages, Array(failed).fill(loss).flat());
      assertEquals(proxy.figures(1).bytesIn, 10_000);
    },
  );
}

testOnEachEngine(
  "a server that resets with more than is kept costs the client its connection",
  async ({ runProxy }) => {
    await using resetting = resetAfter(200_000);
    await using proxy = runProxy([resetting.port], {});
    using client = await connectTo(proxy.port);
    await send(client, pattern(200_000));
    assertEquals(await ending(client), "reset");
    await proxy.stop();
    assertEquals(proxy.messages.map(({ type }) => type), ["reset"]);
    assertEquals(proxy.figures(0).failed, 1);
  },
);

testOnEachEngine(
  "a client that is cut while its lost server is replaced leaves nothing behind",
  async ({ create, runProxy }) => {
    await using resetting = resetAfter(1);
    await using server = serveRaw(echo);
    const engine = create();
    const gate = Promise.withResolvers<void>();
    let isAsked = false;
    const connect: typeof engine.connect = (to, signal, host) => {
      if (to.port === resetting.port) return engine.connect(to, signal, host);
      isAsked = true;
      void gate.promise.then(() => engine.connect(to, new AbortController().signal, host));
    };
    const ports = [resetting.port, server.port];
    const settings = { idleTimeoutMs: 200, connectTries: 2 };
    await using proxy = runProxy(ports, settings, { ...engine, connect });
    using client = await connectTo(proxy.port);
    await send(client, pattern(10));
    assertEquals(await ending(client), "reset");
    assert(isAsked);
    gate.resolve();
    const counted = () => {
      const { active, awaitingFirstByte } = proxy.figures(1);
      return [proxy.table.workerSum("open"), active, awaitingFirstByte];
    };
    await eventually("nothing is left", () => counted().every((count) => count === 0));
  },
);

/** A server that reads so many bytes and resets, and how many connections it has had. */
function poisoned(bytes: number) {
  let visits = 0;
  const server = serveRaw(async (conn) => {
    visits++;
    if (bytes > 0) await receive(conn, bytes);
    reset(conn);
  });
  return { server, visits: () => visits };
}

for (const [replay, servers] of [["off", 1], ["once", 2], ["on", 4]] as const) {
  testOnEachEngine(
    `with LB_REPLAY=${replay} bytes that every server resets reach ${servers} of five`,
    async ({ runProxy }) => {
      const all = Array.from({ length: 5 }, () => poisoned(3));
      await using proxy = runProxy(all.map(({ server }) => server.port), { replay });
      using client = await connectTo(proxy.port);
      await send(client, pattern(3));
      assertEquals(await ending(client), "reset");
      assertEquals(
        all.map(({ visits }) => visits()).filter((visits) => visits === 1),
        Array(servers).fill(1),
      );
      await proxy.stop();
      const isFault = servers > 1;
      assertEquals(proxy.table.workerSum("clientFaults"), isFault ? 1 : 0);
      assertEquals(
        proxy.messages.map((it) =>
          it.type === "replayed" ? [it.outcome, it.servers.length] : it.type
        ),
        isFault ? ["reset", ["reset", servers]] : ["reset"],
      );
      for (const { server } of all) await server[Symbol.asyncDispose]();
    },
  );

  testOnEachEngine(
    `with LB_REPLAY=${replay} a connection goes on that a server reset before the client said anything`,
    async ({ runProxy }) => {
      const all = Array.from({ length: 2 }, () => poisoned(0));
      await using server = serveRaw(async (conn) => {
        await send(conn, pattern(4));
        await echo(conn);
      });
      const ports = [...all.map(({ server }) => server.port), server.port];
      await using proxy = runProxy(ports, { replay });
      using client = await connectTo(proxy.port);
      assertEquals(await receive(client, 4), pattern(4));
      await send(client, pattern(9));
      assertEquals(await receive(client, 9), pattern(9));
      client.close();
      await proxy.stop();
      assertEquals(proxy.table.workerSum("clientFaults"), 0);
      for (const { server } of all) await server[Symbol.asyncDispose]();
    },
  );
}

testOnEachEngine(
  "a client whose server was lost waits for another that is being started",
  async ({ runProxy }) => {
    const { server: resetting } = poisoned(5);
    const port = freePort();
    await using proxy = runProxy([resetting.port, port], { replay: "once" });
    const answer = roundTrip(proxy.port, pattern(5));
    await eventually("the client waits", () => proxy.table.workerSum("waiting") === 1);
    const listener = Deno.listen({ hostname: "127.0.0.1", port });
    const conn = await listener.accept();
    await echo(conn);
    assertEquals(await answer, pattern(5));
    conn.close();
    listener.close();
    await resetting[Symbol.asyncDispose]();
  },
);

testOnEachEngine(
  "where there is no other server a lost one is told at once",
  async ({ runProxy }) => {
    const { server, visits } = poisoned(5);
    await using proxy = runProxy([server.port]);
    using client = await connectTo(proxy.port);
    const begun = performance.now();
    await send(client, pattern(5));
    assertEquals(await ending(client), "reset");
    assertLess(performance.now() - begun, 200);
    assertEquals(visits(), 1);
    await server[Symbol.asyncDispose]();
  },
);

testOnEachEngine(
  "a server that swallows packets costs a client a moment, and is reported all the same",
  async ({ runProxy }) => {
    using deaf = listenAnywhere();
    using _queue = await fillQueue(deaf.port);
    await using server = serveRaw(echo);
    await using proxy = runProxy([deaf.port, server.port], { connectTimeoutMs: 1_000 });
    for (const seed of [1, 2, 3, 4]) {
      const begun = performance.now();
      assertEquals(await roundTrip(proxy.port, pattern(5_000, seed)), pattern(5_000, seed));
      assertLess(performance.now() - begun, 150);
    }
    assertEquals(proxy.messages, []);
    assertGreater(proxy.figures(0).active, 0);
    await eventually("both attempts are given up", () => proxy.messages.length === 2);
    for (const message of proxy.messages) {
      assert(message.type === "connect-failed");
      assertEquals([message.slot, message.kind], [0, "timeout"]);
    }
    const { active, failed } = proxy.figures(0);
    assertEquals({ active, failed }, { active: 0, failed: 2 });
  },
);

testOnEachEngine(
  "a server that is only slow is closed unused, and nothing is held against it",
  async ({ create, runProxy }) => {
    const unused = Promise.withResolvers<string>();
    await using slow = serveRaw(async (conn) => unused.resolve(await ending(conn)));
    await using server = serveRaw(echo);
    const engine = create();
    const gate = Promise.withResolvers<void>();
    const connect: typeof engine.connect = (to, signal, host) => {
      const begin = () => engine.connect(to, signal, host);
      if (to.port === slow.port) void gate.promise.then(begin);
      else begin();
    };
    await using proxy = runProxy([slow.port, server.port], {}, { ...engine, connect });
    for (const seed of [1, 2]) await roundTrip(proxy.port, pattern(10, seed));
    assertEquals(proxy.figures(0).active, 1);
    gate.resolve();
    assertEquals(await unused.promise, "end");
    const { active, total, failed } = proxy.figures(0);
    assertEquals({ active, total, failed }, { active: 0, total: 0, failed: 0 });
    assertGreater(proxy.table.relaySum("connectMs", 0), 30);
    assertEquals(proxy.messages, []);
  },
);

testOnEachEngine(
  "attempts that are still under way at the stop are held against nobody",
  async ({ runProxy }) => {
    using deaf = listenAnywhere();
    using _queue = await fillQueue(deaf.port);
    await using server = serveRaw(echo);
    await using proxy = runProxy([deaf.port, server.port], { connectTimeoutMs: 60_000 });
    for (const seed of [1, 2]) await roundTrip(proxy.port, pattern(10, seed));
    await proxy.stop();
    await eventually("nothing is active", () => proxy.figures(0).active === 0);
    assertEquals(proxy.messages, []);
  },
);

testOnEachEngine("a client that no server takes is kept until one does", async ({ runProxy }) => {
  const port = freePort();
  await using proxy = runProxy([port], { backendWaitMs: 5_000 });
  const answer = roundTrip(proxy.port, pattern(2_000));
  await eventually("the client waits", () => proxy.table.workerSum("waiting") === 1);
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const serving = (async () => {
    const conn = await listener.accept();
    await echo(conn);
    conn.close();
  })();
  assertEquals(await answer, pattern(2_000));
  assertEquals(proxy.table.workerSum("refused"), 0);
  listener.close();
  await serving;
});

testOnEachEngine(
  "a client that is turned away is turned away with a reset",
  async ({ runProxy }) => {
    await using proxy = runProxy([freePort()], { backendWaitMs: 0 });
    assertEquals(await endingOfVisit(proxy.port), "reset");
  },
);

for (const [why, settings] of [["idle", { idleTimeoutMs: 200 }], ["drained", {}]] as const) {
  testOnEachEngine(
    `a connection that is cut because it is ${why} is reset on both sides`,
    async ({ runProxy }) => {
      const atServer = Promise.withResolvers<string>();
      await using server = serveRaw(async (conn) => {
        await send(conn, pattern(1));
        atServer.resolve(await ending(conn));
      });
      await using proxy = runProxy([server.port], settings);
      using client = await connectTo(proxy.port);
      await receive(client, 1);
      if (why === "drained") assertEquals(await proxy.stop(10), { finished: 0, cut: 1 });
      assertEquals(await ending(client), "reset");
      assertEquals(await atServer.promise, "reset");
    },
  );
}

testOnEachEngine(
  "a half-open connection that falls silent is freed by the idle time",
  async ({ runProxy }) => {
    const end = Promise.withResolvers<void>();
    // It reads the client's end, and neither answers nor closes.
    await using server = serveRaw(async (conn) => {
      await receiveAll(conn);
      await end.promise;
    });
    await using proxy = runProxy([server.port], { idleTimeoutMs: 200 });
    using client = await connectTo(proxy.port);
    await send(client, pattern(1));
    await client.closeWrite();
    assertEquals(await ending(client), "reset");
    await eventually("the connection is gone", () => proxy.table.workerSum("open") === 0);
    assertEquals(proxy.figures(0).active, 0);
    end.resolve();
  },
);
