import { assertEquals } from "@std/assert";
import { loadLibc } from "./libc.ts";
import { connectNow, eventually, freePort, receiveAll, serveRaw } from "./loopback_fixture.ts";
import { testOnEachEngine } from "./proxy_fixture.ts";
import { connectBy, countingMeter, relayBy } from "./relay_fixture.ts";

/** Deno deals with some 128 operations between two looks at its timers. */
const clients = 400;
const libc = loadLibc();

testOnEachEngine(
  "after a turn nothing is unread that was there before it",
  async ({ create }) => {
    await using server = serveRaw((conn) => receiveAll(conn).then(() => {}));
    const engine = create();
    const port = freePort();
    const acceptor = engine.listen({ hostname: "127.0.0.1", port });
    const meter = countingMeter();
    const lost = () => Promise.resolve(null);
    const fds: number[] = [];
    const relays: Promise<void>[] = [];
    while (fds.length < clients) {
      fds.push(connectNow(port));
      const client = await acceptor.accept();
      const to = { hostname: "127.0.0.1", port: server.port };
      relays.push(
        relayBy(engine, { client, server: await connectBy(engine, to) }, { meter, lost }),
      );
    }
    const passed: number[] = [];
    for (let round = 0; round < 5; round++) {
      // All at once: nothing is read before the last one was sent.
      for (const fd of fds) assertEquals(libc.send(fd, Uint8Array.of(1), 1, 0), 1);
      await engine.turn();
      // What was read is written in the same moment, but told of a few promises later.
      for (let step = 0; step < 20; step++) await null;
      passed.push(meter.bytes.toServer);
    }
    for (const fd of fds) libc.close(fd);
    await Promise.all(relays);
    acceptor.close();
    await engine.close();
    assertEquals(passed, [1, 2, 3, 4, 5].map((round) => round * clients));
  },
);

testOnEachEngine(
  "turns come one after another, also where there is nothing to do",
  async ({ create }) => {
    const engine = create();
    for (let turn = 0; turn < 10; turn++) await engine.turn();
    let isOver = false;
    void engine.turn().then(() => isOver = true);
    await eventually("a turn nobody waits for is over, too", () => isOver);
    await engine.close();
    await engine.close();
  },
);
