import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import {
  connectedPair,
  digest,
  ending,
  eventually,
  isEnded,
  type Pair,
  pattern,
  receive,
  receiveAll,
  reset,
  send,
} from "./loopback_fixture.ts";
import { createRelayBuffers, type End, relay } from "./relay.ts";

const small = 1024;
const large = 256 * 1024;

function countingMeter() {
  const bytes = { toServer: 0, fromServer: 0 };
  return {
    bytes,
    toServer: (count: number) => void (bytes.toServer += count),
    clientFinished: () => {},
    fromServer: (count: number) => void (bytes.fromServer += count),
  };
}

/** A client and a server with a relay between them. */
async function relayed() {
  const [clientSide, serverSide]: [Pair, Pair] = [await connectedPair(), await connectedPair()];
  const meter = countingMeter();
  const buffers = createRelayBuffers();
  const client = clientSide.near;
  const server = serverSide.far;
  const open = new Set(["client", "server"]);
  return {
    client,
    server,
    meter,
    buffers,
    inner: { client: clientSide.far, server: serverSide.near },
    done: relay(clientSide.far, serverSide.near, {
      buffers,
      meter,
      abort: (end) => reset(end as Deno.TcpConn),
    }),
    close(side: "client" | "server") {
      if (open.delete(side)) ({ client, server })[side].close();
    },
    reset(side: "client" | "server") {
      if (open.delete(side)) reset({ client, server }[side]);
    },
    [Symbol.dispose]() {
      this.close("client");
      this.close("server");
    },
  };
}

async function exchange(up: Uint8Array, down: Uint8Array) {
  using ends = await relayed();
  const speak = async (conn: Deno.TcpConn, bytes: Uint8Array) => {
    await send(conn, bytes);
    await conn.closeWrite();
  };
  const [, , atServer, atClient] = await Promise.all([
    speak(ends.client, up),
    speak(ends.server, down),
    receiveAll(ends.server),
    receiveAll(ends.client),
  ]);
  await ends.done;
  return { atServer, atClient, meter: ends.meter.bytes, buffers: ends.buffers };
}

Deno.test("a relay passes every byte both ways, whatever the sizes", async () => {
  const edges = [0, 1, small - 1, small, small + 1, large - 1, large, large + 1, small + large];
  const size = fc.oneof(fc.constantFrom(...edges), fc.nat({ max: 400_000 }));
  await fc.assert(
    fc.asyncProperty(size, size, async (upSize, downSize) => {
      const up = pattern(upSize, 3);
      const down = pattern(downSize, 7);
      const { atServer, atClient, meter } = await exchange(up, down);
      assertEquals(await digest(atServer), await digest(up));
      assertEquals(await digest(atClient), await digest(down));
      assertEquals(meter, { toServer: upSize, fromServer: downSize });
    }),
    { numRuns: 40, examples: edges.map((edge) => [edge, edge]) },
  );
});

Deno.test("a relay passes many megabytes both ways at once", async () => {
  const up = pattern(6_000_001, 11);
  const down = pattern(9_000_003, 13);
  const { atServer, atClient } = await exchange(up, down);
  assertEquals(await digest(atServer), await digest(up));
  assertEquals(await digest(atClient), await digest(down));
});

Deno.test("a relay gives all its buffers back, each to the pool of its size", async () => {
  const { buffers } = await exchange(pattern(1_000_000), pattern(10));
  assertEquals(buffers.small.unused, 2);
  assertEquals(buffers.large.unused, 1);
});

Deno.test("a relay waits for the next bytes with a small buffer", async () => {
  using ends = await relayed();
  const bytes = pattern(700_000);
  await Promise.all([send(ends.client, bytes), receive(ends.server, bytes.length)]);
  await eventually("the large buffer is back", () => ends.buffers.large.unused === 1);
  ends.client.closeWrite();
  ends.server.closeWrite();
  await ends.done;
});

for (const first of ["client", "server"] as const) {
  const second = first === "client" ? "server" : "client";
  Deno.test(`the ${second} can go on after the ${first} has finished`, async () => {
    using ends = await relayed();
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
  });
}

Deno.test("a server may speak first", async () => {
  using ends = await relayed();
  await send(ends.server, pattern(20));
  assertEquals(await receive(ends.client, 20), pattern(20));
  ends.client.closeWrite();
  ends.server.closeWrite();
  await ends.done;
});

Deno.test("a relay ends when both sides close at the same moment", async () => {
  const ends = await relayed();
  ends[Symbol.dispose]();
  await ends.done;
  assertEquals(ends.buffers.small.unused, 2);
});

for (const gone of ["client", "server"] as const) {
  const other = gone === "client" ? "server" : "client";
  Deno.test(`a relay ends when the ${other} sends to a ${gone} that has gone`, async () => {
    using ends = await relayed();
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
  });
}

for (const gone of ["client", "server"] as const) {
  const other = gone === "client" ? "server" : "client";
  Deno.test(`a reset by the ${gone} reaches the ${other} as a reset, after the bytes before it`, async () => {
    using ends = await relayed();
    await send(ends[gone], pattern(5_000));
    assertEquals(await receive(ends[other], 5_000), pattern(5_000));
    ends.reset(gone);
    assertEquals(await ending(ends[other]), "reset");
    await ends.done;
  });

  Deno.test(`a reset by the ${gone} after it has finished is a reset to the ${other}`, async () => {
    using ends = await relayed();
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
  });
}

Deno.test("a reset that a write was told of is no clean end", async () => {
  const aborted: End[] = [];
  const client = preparedEnd({ reads: [pattern(100)] });
  const server = preparedEnd({
    reads: [pattern(10), null],
    write: () =>
      Promise.reject(Object.assign(new Deno.errors.ConnectionReset(), { code: "ECONNRESET" })),
  });
  const [buffers, meter] = [createRelayBuffers(), countingMeter()];
  await relay(client.end, server.end, { buffers, meter, abort: (end) => aborted.push(end) });
  assertEquals(client.written.length, 10);
  assert(aborted.length === 1 && aborted[0] === client.end);
});

Deno.test("both ends are closed when one fails to be read", async () => {
  const client = preparedEnd({ reads: [new Deno.errors.ConnectionReset("reset by peer")] });
  let abandon = () => {};
  const server: End = {
    // Pending until closed, as a socket's.
    read: () => new Promise((_, reject) => abandon = () => reject(new Error("closed"))),
    write: (bytes) => Promise.resolve(bytes.length),
    closeWrite: () => Promise.resolve(),
    close: () => abandon(),
  };
  const buffers = createRelayBuffers();
  await relay(client.end, server, { buffers, meter: countingMeter() });
  assertEquals(client.calls, ["close"]);
  assertEquals(buffers.small.unused, 2);
});

Deno.test("closing the ends from outside ends a relay that waits", async () => {
  using ends = await relayed();
  ends.inner.client.close();
  await ends.done;
  assert(await isEnded(ends.server));
  assertEquals(ends.buffers.small.unused, 2);
});

Deno.test("a sender is held up by a receiver that does not read", async () => {
  using ends = await relayed();
  const chunk = pattern(64 * 1024);
  let sent = 0;
  let isHeldUp = false;
  // Far more than what the sockets on the way can hold.
  const total = 64 * 1024 * 1024;
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
  assertLess(sent, total / 2);
  assertLess(sent - ends.meter.bytes.fromServer, 32 * 1024 * 1024);
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

/** An end whose reads and writes are prepared. */
function preparedEnd(
  { reads, write }: { reads: (Uint8Array | Error | null)[]; write?: () => Promise<number> },
) {
  const written: number[] = [];
  const calls: string[] = [];
  const end: End = {
    read(buffer) {
      if (calls.includes("close")) return Promise.reject(new Deno.errors.BadResource("closed"));
      const next = reads.shift();
      if (next instanceof Error) return Promise.reject(next);
      if (!next) return Promise.resolve(null);
      buffer.set(next);
      return Promise.resolve(next.length);
    },
    write(bytes) {
      if (write) return write();
      if (calls.includes("close")) return Promise.reject(new Deno.errors.BadResource("closed"));
      // A socket may take fewer bytes than it is offered.
      const taken = bytes.subarray(0, Math.ceil(bytes.length / 2));
      written.push(...taken);
      return Promise.resolve(taken.length);
    },
    closeWrite: () => Promise.resolve(void calls.push("closeWrite")),
    close: () => void calls.push("close"),
  };
  return { end, written, calls };
}

Deno.test("bytes that a socket did not take at once are offered again", async () => {
  const client = preparedEnd({ reads: [pattern(100), null] });
  const server = preparedEnd({ reads: [null] });
  await relay(client.end, server.end, { buffers: createRelayBuffers(), meter: countingMeter() });
  assertEquals(Uint8Array.from(server.written), pattern(100));
});

Deno.test("a client still gets the answer of a server that takes no more bytes", async () => {
  const client = preparedEnd({ reads: [pattern(100), pattern(100), null] });
  const server = preparedEnd({
    reads: [pattern(10, 1), pattern(10, 2), pattern(10, 3), null],
    write: () => Promise.reject(new Deno.errors.BrokenPipe("Broken pipe")),
  });
  await relay(client.end, server.end, { buffers: createRelayBuffers(), meter: countingMeter() });
  assertEquals(client.written.length, 30);
  assertEquals(server.calls, ["close"]);
});

Deno.test("both ends are closed once, when the last direction ends", async () => {
  const client = preparedEnd({ reads: [null] });
  const server = preparedEnd({ reads: [pattern(3), null] });
  await relay(client.end, server.end, { buffers: createRelayBuffers(), meter: countingMeter() });
  assertEquals(client.calls, ["close"]);
  assertEquals(server.calls, ["closeWrite", "close"]);
});
