import { assert, assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { countCuts } from "../table/cuts.ts";
import type { Engine } from "./engine.ts";
import {
  connectTo,
  digest,
  echo,
  ending,
  endingOfVisit,
  eventually,
  fillQueue,
  freePort,
  isEnded,
  listenAnywhere,
  openFiles,
  pattern,
  receive,
  receiveAll,
  send,
  servedClient,
  serveRaw,
} from "./loopback_fixture.ts";
import { bringUp, testOnEachEngine } from "./proxy_fixture.ts";

/** Sends bytes through a proxy to a server that sends them back. */
async function roundTrip(port: number, bytes: Uint8Array): Promise<Uint8Array> {
  using client = await connectTo(port);
  const [received] = await Promise.all([
    receiveAll(client),
    send(client, bytes).then(() => client.closeWrite()),
  ]);
  return received;
}

testOnEachEngine(
  "a connection is carried to a server and counted exactly",
  async ({ runProxy }) => {
    await using server = serveRaw(echo);
    await using proxy = runProxy([server.port]);
    const bytes = pattern(1_234_567);
    assertEquals(await digest(await roundTrip(proxy.port, bytes)), await digest(bytes));
    await proxy.stop();
    assertEquals(proxy.figures(0), {
      active: 0,
      total: 1,
      failed: 0,
      bytesIn: bytes.length,
      bytesOut: bytes.length,
      awaitingFirstByte: 0,
    });
    assertGreater(proxy.table.relaySum("connectMs", 0), 0);
    assertGreater(proxy.table.relaySum("firstByteMs", 0), 0);
    assertEquals(proxy.table.workerSum("accepted"), 1);
    assertEquals(proxy.table.workerSum("open"), 0);
  },
);

testOnEachEngine("many clients at a time each get their own bytes back", async ({ runProxy }) => {
  await using one = serveRaw(echo);
  await using two = serveRaw(echo);
  await using proxy = runProxy([one.port, two.port]);
  await Promise.all(Array.from({ length: 40 }, async (_, seed) => {
    const bytes = pattern(5_000 + seed, seed);
    assertEquals(await digest(await roundTrip(proxy.port, bytes)), await digest(bytes));
  }));
  await proxy.stop();
  assertEquals([proxy.figures(0).total, proxy.figures(1).total], [20, 20]);
  assertEquals([proxy.figures(0).active, proxy.figures(1).active], [0, 0]);
});

testOnEachEngine(
  "a server that refuses is passed over, and the client's bytes reach the next",
  async ({ runProxy }) => {
    await using server = serveRaw(echo);
    await using proxy = runProxy([freePort(), server.port]);
    // Round robin begins at one of the two, so of two clients one meets the server that refuses.
    for (const seed of [1, 2]) {
      assertEquals(await roundTrip(proxy.port, pattern(5_000, seed)), pattern(5_000, seed));
    }
    await proxy.stop();
    assertEquals(proxy.figures(1).total, 2);
    const { active, total, failed } = proxy.figures(0);
    assertEquals({ active, total }, { active: 0, total: 0 });
    assertGreater(failed, 0);
    const failures = proxy.messages.filter(({ type }) => type === "connect-failed");
    assertEquals(failures.length, failed);
    assertEquals(failures[0], {
      type: "connect-failed",
      slot: 0,
      generation: proxy.table.generation(0),
      kind: "refused",
      detail: "Connection refused (os error 111)",
    });
  },
);

testOnEachEngine(
  "the first success after a failure is reported, and only that",
  async ({ runProxy }) => {
    const port = freePort();
    await using proxy = runProxy([port], { backendWaitMs: 0 });
    assertEquals(await endingOfVisit(proxy.port), "reset");
    assertEquals(proxy.table.workerSum("refused"), 1);
    const listener = Deno.listen({ hostname: "127.0.0.1", port });
    const serving = (async () => {
      for await (const conn of listener) void echo(conn).finally(() => conn.close());
    })();
    await roundTrip(proxy.port, pattern(3));
    await roundTrip(proxy.port, pattern(3));
    assertEquals(proxy.messages.map(({ type }) => type), ["connect-failed", "connected"]);
    listener.close();
    await serving;
  },
);

testOnEachEngine(
  "a server that does not answer in time is passed over, and nothing is left of it",
  async ({ runProxy }) => {
    using deaf = listenAnywhere();
    using _queue = await fillQueue(deaf.port);
    await using server = serveRaw(echo);
    await using proxy = runProxy([deaf.port, server.port]);
    // An engine may have a connection of its own to itself.
    const most = openFiles() + 2;
    for (const seed of [1, 2]) {
      assertEquals(await roundTrip(proxy.port, pattern(5_000, seed)), pattern(5_000, seed));
    }
    await eventually("the attempt ends", () => proxy.messages.length > 0);
    await eventually("no descriptor is left", () => openFiles() <= most);
    const failure = proxy.messages.find((message) => message.type === "connect-failed");
    assertEquals(failure?.kind, "timeout");
    assertEquals(proxy.figures(0).active, 0);
  },
);

testOnEachEngine(
  "no more servers are tried than allowed, then the client is turned away",
  async ({ runProxy }) => {
    const ports = Array.from({ length: 6 }, freePort);
    await using proxy = runProxy(ports, { connectTries: 3, backendWaitMs: 0 });
    assertEquals(await endingOfVisit(proxy.port), "reset");
    await proxy.stop();
    assertEquals(proxy.messages.length, 3);
    assertEquals(proxy.table.workerSum("refused"), 1);
  },
);

testOnEachEngine(
  "want of descriptors is logged and not held against the servers",
  async ({ create, runProxy }) => {
    await using server = serveRaw(echo);
    const exhausted = Object.assign(new Error("Too many open files (os error 24)"), {
      code: "EMFILE",
    });
    const connect: Engine["connect"] = (_to, _signal, host) => host.failed(exhausted);
    const engine = { ...create(), connect };
    await using proxy = runProxy([server.port], { backendWaitMs: 0 }, engine);
    for (let round = 0; round < 2; round++) {
      assertEquals(await endingOfVisit(proxy.port), "reset");
    }
    assertEquals(proxy.messages, [{
      type: "log",
      level: "warn",
      message: "Cannot open connections to servers: Too many open files (os error 24)",
    }]);
  },
);

testOnEachEngine("a client waits for the first server to come", async ({ runProxy }) => {
  await using server = serveRaw(echo);
  await using proxy = runProxy([]);
  const answer = roundTrip(proxy.port, pattern(2_000));
  await eventually("the client waits", () => proxy.table.workerSum("waiting") === 1);
  bringUp(proxy.table, server.port);
  assertEquals(await answer, pattern(2_000));
  assertEquals(proxy.table.workerSum("waiting"), 0);
});

testOnEachEngine(
  "a client that has waited in vain is turned away and counted",
  async ({ runProxy }) => {
    await using proxy = runProxy([], { backendWaitMs: 30 });
    using client = await connectTo(proxy.port);
    assert(await isEnded(client));
    assertEquals(proxy.table.workerSum("refused"), 1);
    assertEquals(proxy.table.workerSum("waiting"), 0);
  },
);

testOnEachEngine(
  "a silent connection is closed after the idle time, a busy one is not",
  async ({ runProxy }) => {
    await using server = serveRaw(echo);
    await using proxy = runProxy([server.port], { idleTimeoutMs: 300 });
    using silent = await connectTo(proxy.port);
    using busy = await connectTo(proxy.port);
    await send(silent, pattern(1));
    await receive(silent, 1);
    let isCut = false;
    const begun = performance.now();
    const ended = isEnded(silent).then((is) => isCut = is);
    while (!isCut && performance.now() < begun + 5_000) {
      await send(busy, pattern(1));
      await receive(busy, 1);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert(await ended);
    assertGreater(performance.now() - begun, 250);
    assertLess(performance.now() - begun, 2_000);
    assertEquals(
      await Promise.all([send(busy, pattern(9)), receive(busy, 9)]).then((r) => r[1]),
      pattern(9),
    );
    await busy.closeWrite();
    await proxy.stop();
    assertEquals(proxy.figures(0).active, 0);
  },
);

testOnEachEngine(
  "a client that reads nothing is cut after the idle time, though bytes wait for it",
  async ({ runProxy }) => {
    await using server = serveRaw((conn) => send(conn, pattern(64_000_000)).catch(() => {}));
    await using proxy = runProxy([server.port], { idleTimeoutMs: 300 });
    using client = await connectTo(proxy.port);
    await eventually("the client is served", () => proxy.figures(0).active === 1);
    await eventually("the client is cut", () => proxy.table.workerSum("open") === 0);
    assertEquals(proxy.figures(0).active, 0);
    assertEquals(await ending(client), "reset");
  },
);

testOnEachEngine(
  "over its limit a proxy leaves clients in the kernel's queue until one has gone",
  async ({ runProxy }) => {
    await using server = serveRaw(echo);
    await using proxy = runProxy([server.port], { maxConnections: 1 });
    const first = await servedClient(proxy.port);
    using second = await connectTo(proxy.port);
    await send(second, pattern(7));
    using third = await connectTo(proxy.port);
    await eventually("the second waits", () => proxy.table.workerSum("waiting") === 1);
    // Another trip of the first one's gives the others time enough to be let in wrongly.
    await send(first, pattern(1));
    await receive(first, 1);
    assertEquals(proxy.table.workerSum("accepted"), 1);
    first.close();
    assertEquals(await receive(second, 7), pattern(7));
    assertEquals(proxy.table.workerSum("accepted"), 2);
    await second.closeWrite();
    await send(third, pattern(8));
    assertEquals(await receive(third, 8), pattern(8));
    assertEquals(proxy.table.workerSum("waiting"), 0);
    await third.closeWrite();
  },
);

testOnEachEngine(
  "a client has no more connections than it may, and another as soon as one has ended",
  async ({ runProxy }) => {
    await using server = serveRaw(echo);
    await using proxy = runProxy([server.port], { maxPerClient: 2, logsCuts: true });
    const [first, second] = [await servedClient(proxy.port), await servedClient(proxy.port)];
    assertEquals(await endingOfVisit(proxy.port), "reset");
    assertEquals([countCuts(proxy.table)["per-client"], proxy.figures(0).total], [1, 2]);
    const lines = proxy.messages.map((message) => message.type === "log" ? message.message : "");
    assertEquals(lines.map((line) => line.replace(/1:\d+/, "1:PORT")), [
      "Cut the connection of 127.0.0.1:PORT (per-client): " +
      "its client has LB_MAX_PER_CLIENT connections open",
      "Reset a connection of a client that has 2 open (LB_MAX_PER_CLIENT): 127.0.0.1",
    ]);
    first.close();
    await eventually("one has ended", () => proxy.table.workerSum("open") === 1);
    const fourth = await servedClient(proxy.port);
    for (const client of [second, fourth]) client.close();
    await eventually("all have ended", () => proxy.table.workerSum("open") === 0);
    assertEquals(await roundTrip(proxy.port, pattern(9)), pattern(9));
  },
);

/** A server that sends back what it gets and keeps count of its connections. */
function countingServer() {
  const seen = { now: 0, most: 0 };
  const server = serveRaw(async (conn) => {
    seen.most = Math.max(seen.most, ++seen.now);
    await echo(conn).finally(() => seen.now--);
  });
  return Object.assign(server, { seen });
}

testOnEachEngine(
  "where every server is full clients wait, and none has more than it may",
  async ({ runProxy }) => {
    await using one = countingServer();
    await using two = countingServer();
    await using proxy = runProxy([one.port, two.port], { maxPerServer: 3, backendWaitMs: 1 });
    await Promise.all(Array.from({ length: 60 }, async (_, seed) => {
      using client = await connectTo(proxy.port);
      await send(client, pattern(100, seed));
      assertEquals(await receive(client, 100), pattern(100, seed));
    }));
    await proxy.stop();
    assertEquals([one.seen.most, two.seen.most], [3, 3]);
    assertEquals(proxy.figures(0).total + proxy.figures(1).total, 60);
    assertEquals([proxy.table.workerSum("waiting"), proxy.table.workerSum("refused")], [0, 0]);
  },
);

testOnEachEngine(
  "clients of a full server get their turn in the order in which they came",
  async ({ runProxy }) => {
    await using server = serveRaw(echo);
    await using proxy = runProxy([server.port], { maxPerServer: 1 });
    const clients: Deno.TcpConn[] = [];
    for (let count = 0; count < 4; count++) {
      const client = await connectTo(proxy.port);
      await send(client, pattern(1));
      await eventually("it is in its place", () => proxy.table.workerSum("waiting") === count);
      clients.push(client);
    }
    const served: number[] = [];
    await Promise.all(clients.map(async (client, place) => {
      await receive(client, 1);
      served.push(place);
      client.close();
    }));
    assertEquals(served, [0, 1, 2, 3]);
  },
);

testOnEachEngine(
  "a client that waits for its turn is let go after the idle time, and by a stop",
  async ({ runProxy }) => {
    await using server = serveRaw(echo);
    await using proxy = runProxy([server.port], { maxPerServer: 1, idleTimeoutMs: 500 });
    using first = await servedClient(proxy.port);
    using second = await connectTo(proxy.port);
    const ended = isEnded(second);
    const chatter = setInterval(() => void send(first, pattern(1)), 50);
    assert(await ended);
    clearInterval(chatter);
    assertEquals(proxy.figures(0).active, 1);
    using third = await connectTo(proxy.port);
    await eventually("the third waits", () => proxy.table.workerSum("waiting") === 1);
    assertEquals(await proxy.stop(10), { finished: 0, cut: 2 });
    assert(await isEnded(third));
    await eventually("nothing waits", () => proxy.table.workerSum("waiting") === 0);
    // Whoever had to go was never counted as turned away for want of a server.
    assertEquals(proxy.table.workerSum("refused"), 0);
  },
);

testOnEachEngine(
  "clients that wait for full servers are told when there are none any more",
  async ({ runProxy }) => {
    await using server = serveRaw(echo);
    await using proxy = runProxy([server.port], { maxPerServer: 1, backendWaitMs: 200 });
    using _first = await servedClient(proxy.port);
    using second = await connectTo(proxy.port);
    await eventually("the second waits", () => proxy.table.workerSum("waiting") === 1);
    proxy.table.setState(0, "down", { since: 0, reason: "gone", lastResort: false });
    proxy.table.announceChange();
    assert(await isEnded(second));
    assertEquals(proxy.table.workerSum("refused"), 1);
  },
);

for (const [version, first] of [["v1", "PROXY TCP4 "], ["v2", "\r\n\r\n\0\r\nQUIT\n"]] as const) {
  testOnEachEngine(
    `a server is told the client's address before its bytes (${version})`,
    async ({ runProxy }) => {
      const seen = Promise.withResolvers<Uint8Array>();
      await using server = serveRaw(async (conn) => seen.resolve(await receiveAll(conn)));
      await using proxy = runProxy([server.port], { proxyProtocol: version });
      using client = await connectTo(proxy.port);
      await send(client, new TextEncoder().encode("hello"));
      await client.closeWrite();
      const text = new TextDecoder("latin1").decode(await seen.promise);
      assert(text.startsWith(first));
      assert(text.endsWith("hello"));
      if (version === "v1") {
        const { port } = client.localAddr;
        assertEquals(text, `PROXY TCP4 127.0.0.1 127.0.0.1 ${port} ${proxy.port}\r\nhello`);
      }
      await proxy.stop();
      assertEquals(proxy.figures(0).bytesIn, 5);
    },
  );
}

testOnEachEngine(
  "a stop accepts no more, lets connections finish, and cuts the rest",
  async ({ runProxy }) => {
    await using server = serveRaw(echo);
    await using proxy = runProxy([server.port]);
    using finishing = await connectTo(proxy.port);
    using staying = await connectTo(proxy.port);
    for (const client of [finishing, staying]) {
      await send(client, pattern(1));
      await receive(client, 1);
    }
    const stopped = proxy.stop(300);
    assertEquals(
      await digest(await roundTripOn(finishing, pattern(300_000))),
      await digest(pattern(300_000)),
    );
    let isRefused = false;
    await connectTo(proxy.port).then((conn) => conn.close(), () => isRefused = true);
    assert(isRefused);
    assertEquals(await stopped, { finished: 1, cut: 1 });
    assert(await isEnded(staying));
    await eventually("nothing is active", () => proxy.figures(0).active === 0);
  },
);

testOnEachEngine("a proxy that is full can be stopped", async ({ runProxy }) => {
  await using server = serveRaw(echo);
  await using proxy = runProxy([server.port], { maxConnections: 1 });
  using _client = await servedClient(proxy.port);
  assertEquals(await proxy.stop(10), { finished: 0, cut: 1 });
  await eventually("nothing is open", () => proxy.table.workerSum("open") === 0);
});

testOnEachEngine(
  "a client at the door of a proxy that is stopped is served, as nobody else would",
  async ({ runProxy }) => {
    await using server = serveRaw(echo);
    await using proxy = runProxy([server.port], { maxConnections: 1 });
    using _first = await servedClient(proxy.port);
    using second = await connectTo(proxy.port);
    await eventually("the second waits", () => proxy.table.workerSum("waiting") === 1);
    const stopped = proxy.stop(1_000);
    assertEquals(await roundTripOn(second, pattern(7)), pattern(7));
    assertEquals(await stopped, { finished: 1, cut: 1 });
  },
);

async function roundTripOn(client: Deno.TcpConn, bytes: Uint8Array): Promise<Uint8Array> {
  const [received] = await Promise.all([
    receiveAll(client),
    send(client, bytes).then(() => client.closeWrite()),
  ]);
  return received;
}

testOnEachEngine(
  "a stop does not wait for clients that wait for a server",
  async ({ runProxy }) => {
    await using proxy = runProxy([]);
    using client = await connectTo(proxy.port);
    await eventually("the client waits", () => proxy.table.workerSum("waiting") === 1);
    assertEquals(await proxy.stop(10), { finished: 0, cut: 1 });
    assert(await isEnded(client));
    // Ends the wait, which would outlast the test otherwise.
    proxy.table.announceChange();
    bringUp(proxy.table, freePort());
    await eventually("the wait is over", () => proxy.table.workerSum("open") === 0);
  },
);

testOnEachEngine(
  "a proxy that cannot listen everywhere listens nowhere",
  async ({ create, runProxy }) => {
    using taken = listenAnywhere();
    const free = freePort();
    const at = (port: number) => ({ service: null, hostname: "127.0.0.1", port });
    const engine = create();
    assertThrows(
      () => runProxy([], { listen: [at(free), at(taken.port)] }, engine),
      Error,
      "another program listens there",
    );
    await engine.close();
    Deno.listen({ hostname: "127.0.0.1", port: free }).close();
  },
);
