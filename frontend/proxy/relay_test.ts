import { assert, assertEquals } from "@std/assert";
import {
  connectedPair,
  eventually,
  isEnded,
  type Pair,
  pattern,
  receive,
  reset,
  send,
} from "./loopback_fixture.ts";
import { createRelayBuffers, type End, relay } from "./relay.ts";
import { converse, countingMeter, twoEnds } from "./relay_fixture.ts";

/** A client and a server with a relay between them. */
async function relayed() {
  const [clientSide, serverSide]: [Pair, Pair] = [await connectedPair(), await connectedPair()];
  const meter = countingMeter();
  const buffers = createRelayBuffers(1024 * 1024);
  const client = clientSide.near;
  const server = serverSide.far;
  return {
    ...twoEnds(client, server),
    meter,
    buffers,
    inner: { client: clientSide.far, server: serverSide.near },
    done: relay(clientSide.far, serverSide.near, {
      buffers,
      meter,
      abort: (end) => reset(end as Deno.TcpConn),
    }),
    [Symbol.dispose]() {
      this.close("client");
      this.close("server");
    },
  };
}

async function exchange(up: Uint8Array, down: Uint8Array) {
  using ends = await relayed();
  const arrived = await converse(ends, { up, down });
  await ends.done;
  return { ...arrived, meter: ends.meter.bytes, buffers: ends.buffers };
}

Deno.test("a relay gives all its buffers back, each to the pool of its size", async () => {
  const { buffers } = await exchange(pattern(1_000_000), pattern(10));
  assertEquals(buffers.small.unused, 2);
  assertEquals(buffers.bulk.unused, 1);
});

Deno.test("a relay waits for the next bytes with a small buffer", async () => {
  using ends = await relayed();
  const bytes = pattern(700_000);
  await Promise.all([send(ends.client, bytes), receive(ends.server, bytes.length)]);
  await eventually("the large buffer is back", () => ends.buffers.bulk.unused === 1);
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

Deno.test("a reset that a write was told of is no clean end", async () => {
  const aborted: End[] = [];
  const client = preparedEnd({ reads: [pattern(100)] });
  const server = preparedEnd({
    reads: [pattern(10), null],
    write: () =>
      Promise.reject(Object.assign(new Deno.errors.ConnectionReset(), { code: "ECONNRESET" })),
  });
  const [buffers, meter] = [createRelayBuffers(1024 * 1024), countingMeter()];
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
  const buffers = createRelayBuffers(1024 * 1024);
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
  await relay(client.end, server.end, {
    buffers: createRelayBuffers(1024 * 1024),
    meter: countingMeter(),
  });
  assertEquals(Uint8Array.from(server.written), pattern(100));
});

Deno.test("a client still gets the answer of a server that takes no more bytes", async () => {
  const client = preparedEnd({ reads: [pattern(100), pattern(100), null] });
  const server = preparedEnd({
    reads: [pattern(10, 1), pattern(10, 2), pattern(10, 3), null],
    write: () => Promise.reject(new Deno.errors.BrokenPipe("Broken pipe")),
  });
  await relay(client.end, server.end, {
    buffers: createRelayBuffers(1024 * 1024),
    meter: countingMeter(),
  });
  assertEquals(client.written.length, 30);
  assertEquals(server.calls, ["close"]);
});

Deno.test("both ends are closed once, when the last direction ends", async () => {
  const client = preparedEnd({ reads: [null] });
  const server = preparedEnd({ reads: [pattern(3), null] });
  await relay(client.end, server.end, {
    buffers: createRelayBuffers(1024 * 1024),
    meter: countingMeter(),
  });
  assertEquals(client.calls, ["close"]);
  assertEquals(server.calls, ["closeWrite", "close"]);
});
