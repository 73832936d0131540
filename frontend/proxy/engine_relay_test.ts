/**
 * What a relay does with real sockets, on each engine.
 *
 * @module
 */
import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import type { Engine } from "./engine.ts";
import {
  digest,
  ending,
  eventually,
  isEnded,
  pattern,
  receive,
  receiveAll,
  send,
} from "./loopback_fixture.ts";
import { testOnEachEngine } from "./proxy_fixture.ts";
import { converse, relayed } from "./relay_fixture.ts";

/** The sizes of the buffers that one engine or the other reads into. */
const small = 1024;
const large = 256 * 1024;

async function exchange(engine: Engine, up: Uint8Array, down: Uint8Array) {
  await using ends = await relayed(engine);
  const arrived = await converse(ends, { up, down });
  await ends.done;
  return { ...arrived, meter: ends.meter.bytes };
}

testOnEachEngine("a relay passes every byte both ways, whatever the sizes", async ({ create }) => {
  const edges = [0, 1, small - 1, small, small + 1, large - 1, large, large + 1, small + large];
  const size = fc.oneof(fc.constantFrom(...edges), fc.nat({ max: 400_000 }));
  await fc.assert(
    fc.asyncProperty(size, size, async (upSize, downSize) => {
      const up = pattern(upSize, 3);
      const down = pattern(downSize, 7);
      const { atServer, atClient, meter } = await exchange(create(), up, down);
      assertEquals(await digest(atServer), await digest(up));
      assertEquals(await digest(atClient), await digest(down));
      assertEquals(meter, { toServer: upSize, fromServer: downSize });
    }),
    { numRuns: 40, examples: edges.map((edge) => [edge, edge]) },
  );
});

testOnEachEngine("a relay passes many megabytes both ways at once", async ({ create }) => {
  const up = pattern(6_000_001, 11);
  const down = pattern(9_000_003, 13);
  const { atServer, atClient } = await exchange(create(), up, down);
  assertEquals(await digest(atServer), await digest(up));
  assertEquals(await digest(atClient), await digest(down));
});

for (const first of ["client", "server"] as const) {
  const second = first === "client" ? "server" : "client";
  testOnEachEngine(
    `the ${second} can go on after the ${first} has finished`,
    async ({ create }) => {
      await using ends = await relayed(create());
      await send(ends[first], pattern(10, 1));
      await ends[first].closeWrite();
      assertEquals(await receiveAll(ends[second]), pattern(10, 1));
      // Only now does the other side begin: long after the first one's FIN.
      const rest = pattern(600_000, 2);
      const [received] = await Promise.all([
        receiveAll(ends[first]),
        send(ends[second], rest).then(() => ends[second].closeWrite()),
      ]);
      assertEquals(await digest(received), await digest(rest));
      await ends.done;
    },
  );
}

testOnEachEngine("a server may speak first", async ({ create }) => {
  await using ends = await relayed(create());
  await send(ends.server, pattern(20));
  assertEquals(await receive(ends.client, 20), pattern(20));
  ends.client.closeWrite();
  ends.server.closeWrite();
  await ends.done;
});

testOnEachEngine("a relay ends when both sides close at the same moment", async ({ create }) => {
  await using ends = await relayed(create());
  ends.close("client");
  ends.close("server");
  await ends.done;
});

for (const gone of ["client", "server"] as const) {
  const other = gone === "client" ? "server" : "client";
  testOnEachEngine(
    `a relay ends when the ${other} sends to a ${gone} that has gone`,
    async ({ create }) => {
      await using ends = await relayed(create());
      let isDone = false;
      ends.done.then(() => isDone = true);
      // Unread bytes make the kernel of the one that goes answer with a reset.
      await send(ends[other], pattern(5));
      const passed = other === "client" ? "toServer" : "fromServer";
      await eventually("the bytes have passed", () => ends.meter.bytes[passed] === 5);
      ends.close(gone);
      assert(await isEnded(ends[other]));
      while (!isDone) {
        await send(ends[other], pattern(5)).catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
  );
}

for (const gone of ["client", "server"] as const) {
  const other = gone === "client" ? "server" : "client";
  testOnEachEngine(
    `a reset by the ${gone} reaches the ${other} as a reset, after the bytes before it`,
    async ({ create }) => {
      await using ends = await relayed(create());
      await send(ends[gone], pattern(5_000));
      assertEquals(await receive(ends[other], 5_000), pattern(5_000));
      ends.reset(gone);
      assertEquals(await ending(ends[other]), "reset");
      await ends.done;
    },
  );

  testOnEachEngine(
    `a reset by the ${gone} after it has finished is a reset to the ${other}`,
    async ({ create }) => {
      await using ends = await relayed(create());
      await ends[gone].closeWrite();
      assertEquals(await ending(ends[other]), "end");
      ends.reset(gone);
      const failed = (async () => {
        for (let round = 0; round < 1_000; round++) {
          await send(ends[other], pattern(5));
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        return false;
      })().catch(() => true);
      assert(await failed);
      await ends.done;
    },
  );
}

testOnEachEngine("closing the ends from outside ends a relay that waits", async ({ create }) => {
  await using ends = await relayed(create());
  ends.inner.client.close();
  await ends.done;
  assert(await isEnded(ends.server));
});

/** The most bytes that the kernel buffers at one end of a connection (tcp(7)). */
function mostBuffered(setting: "tcp_rmem" | "tcp_wmem"): number {
  const [, , most = "0"] = Deno.readTextFileSync(`/proc/sys/net/ipv4/${setting}`).trim().split(
    /\s+/,
  );
  return Number(most);
}

testOnEachEngine("a sender is held up by a receiver that does not read", async ({ create }) => {
  await using ends = await relayed(create());
  const chunk = pattern(64 * 1024);
  let sent = 0;
  let isHeldUp = false;
  // Far more than what the sockets on the way can hold: two hops, each with a buffer at both ends.
  const hopBytes = mostBuffered("tcp_rmem") + mostBuffered("tcp_wmem");
  const total = 4 * hopBytes;
  const sending = (async () => {
    while (sent < total) {
      await send(ends.server, chunk);
      sent += chunk.length;
    }
    await ends.server.closeWrite();
  })();
  let last = -1;
  let since = performance.now();
  await eventually("the sender stands still", () => {
    if (sent !== last) [last, since] = [sent, performance.now()];
    isHeldUp = performance.now() - since > 200;
    return isHeldUp;
  });
  assertLess(sent, 2 * hopBytes + 4 * 1024 * 1024);
  assertLess(sent - ends.meter.bytes.fromServer, hopBytes + 2 * 1024 * 1024);
  await ends.client.closeWrite();
  let received = 0;
  const buffer = new Uint8Array(1024 * 1024);
  for (;;) {
    const read = await ends.client.read(buffer);
    if (read === null) break;
    received += read;
  }
  await Promise.all([sending, ends.done]);
  assertEquals(received, total);
});
