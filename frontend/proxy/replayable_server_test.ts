import { assertEquals, assertRejects } from "@std/assert";
import type { End } from "./relay.ts";
import { createOpenings, replayBytes } from "./engine/kept_bytes.ts";
import { ReplayableServer } from "./replayable_server.ts";

const resetError = () =>
  Object.assign(new Deno.errors.ConnectionReset("Connection reset by peer (os error 104)"), {
    code: "ECONNRESET",
  });

/** A server that is played by hand. */
function played({ write }: { write?: () => Promise<number> } = {}) {
  const received: number[] = [];
  const calls: string[] = [];
  let reading = Promise.withResolvers<number | null>();
  reading.promise.catch(() => {/* Whoever reads hears of it. */});
  const end: End = {
    read: () => reading.promise,
    write(bytes) {
      if (write) return write();
      // A socket may take fewer bytes than it is offered.
      const taken = bytes.subarray(0, Math.ceil(bytes.length / 2));
      received.push(...taken);
      return Promise.resolve(taken.length);
    },
    closeWrite: () => Promise.resolve(void calls.push("closeWrite")),
    close() {
      calls.push("close");
      reading.reject(new Deno.errors.BadResource("closed"));
    },
  };
  return {
    end,
    received,
    calls,
    answer(count: number | null) {
      reading.resolve(count);
      reading = Promise.withResolvers();
    },
    reset: () => reading.reject(resetError()),
  };
}

/** A replayable server, and those that take its place one after another. */
function replayable(servers: ReturnType<typeof played>[]) {
  const [first, ...rest] = servers;
  const asked: (number | null)[] = [];
  let replayed = 0;
  const server = new ReplayableServer(first?.end ?? played().end, {
    lost(keptBytes) {
      asked.push(keptBytes);
      return Promise.resolve(keptBytes === null ? null : rest.shift()?.end ?? null);
    },
    replayed: (bytes) => void (replayed += bytes),
    openings: createOpenings(),
  });
  return { server, asked, replayed: () => replayed };
}

const buffer = new Uint8Array(16);
const turn = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("a server that resets before its first byte is replaced, and all is sent again in order", async () => {
  const [one, two, three] = [played(), played(), played()];
  const { server, asked, replayed } = replayable([one, two, three]);
  const reading = server.read(buffer);
  const bytes = Uint8Array.of(1, 2, 3);
  assertEquals(await server.write(bytes), 3);
  // The caller uses its buffer again.
  bytes.fill(9);
  assertEquals(await server.write(Uint8Array.of(4)), 1);
  await server.closeWrite();
  one.reset();
  await turn();
  assertEquals(two.received, [1, 2, 3, 4]);
  two.reset();
  await turn();
  assertEquals(three.received, [1, 2, 3, 4]);
  assertEquals(three.calls, ["closeWrite"]);
  assertEquals([one.calls, two.calls], [["closeWrite", "close"], ["closeWrite", "close"]]);
  assertEquals(replayed(), 8);
  three.answer(7);
  assertEquals(await reading, 7);
  assertEquals(asked, [4, 4]);
});

Deno.test("a reset that a write is told of is made up for as well", async () => {
  const one = played({ write: () => Promise.reject(resetError()) });
  const two = played();
  const { server, replayed } = replayable([one, two]);
  const reading = server.read(buffer);
  assertEquals(await server.write(Uint8Array.of(1, 2)), 2);
  assertEquals(two.received, [1, 2]);
  // The writer counts them itself, now that they are taken.
  assertEquals(replayed(), 0);
  assertEquals(await server.write(Uint8Array.of(3)), 1);
  assertEquals(two.received, [1, 2, 3]);
  two.answer(5);
  assertEquals(await reading, 5);
});

Deno.test("what is written while a server is replaced comes after what was written before", async () => {
  const [one, two] = [played(), played()];
  const found = Promise.withResolvers<End>();
  const server = new ReplayableServer(one.end, {
    lost: () => found.promise,
    replayed: () => {},
    openings: createOpenings(),
  });
  const reading = server.read(buffer);
  await server.write(Uint8Array.of(1));
  one.reset();
  await turn();
  const writing = server.write(Uint8Array.of(2));
  const finishing = server.closeWrite();
  await turn();
  found.resolve(two.end);
  await Promise.all([writing, finishing]);
  assertEquals(two.received, [1, 2]);
  server.close();
  await assertRejects(() => reading, Deno.errors.BadResource);
});

Deno.test("what is written while the kept bytes are sent again is sent once, after them", async () => {
  const gate = Promise.withResolvers<void>();
  const received: number[] = [];
  const two: End = {
    ...played().end,
    async write(bytes) {
      await gate.promise;
      received.push(...bytes);
      return bytes.length;
    },
  };
  const one = played();
  const { server } = replayable([one, { ...played(), end: two }]);
  const reading = server.read(buffer);
  await server.write(Uint8Array.of(1));
  one.reset();
  await turn();
  const writing = server.write(Uint8Array.of(2));
  await turn();
  gate.resolve();
  await writing;
  assertEquals(received, [1, 2]);
  server.close();
  await assertRejects(() => reading, Deno.errors.BadResource);
});

Deno.test("a clean end without a byte is an answer", async () => {
  const one = played();
  const { server, asked } = replayable([one, played()]);
  const reading = server.read(buffer);
  one.answer(null);
  assertEquals(await reading, null);
  assertEquals(asked, []);
});

Deno.test("after its first byte a server is not replaced", async () => {
  const one = played();
  const { server, asked } = replayable([one, played()]);
  const first = server.read(buffer);
  one.answer(1);
  await first;
  const second = server.read(buffer);
  one.reset();
  await assertRejects(() => second, Deno.errors.ConnectionReset);
  assertEquals(asked, []);
});

Deno.test("a server that was sent more than is kept is lost, not replaced", async () => {
  const one = played();
  const { server, asked } = replayable([one, played()]);
  const reading = server.read(buffer);
  await server.write(new Uint8Array(replayBytes));
  await server.write(Uint8Array.of(1));
  one.reset();
  await assertRejects(() => reading, Deno.errors.ConnectionReset);
  assertEquals(asked, [null]);
});

Deno.test("a server that is ended from this side is not replaced", async () => {
  const one = played();
  const { server, asked } = replayable([one, played()]);
  const reading = server.read(buffer);
  server.endWith(() => one.reset());
  await assertRejects(() => reading, Deno.errors.ConnectionReset);
  assertEquals(asked, []);
});

Deno.test("a server found after the connection has ended is closed", async () => {
  const [one, two] = [played(), played()];
  const found = Promise.withResolvers<End>();
  const server = new ReplayableServer(one.end, {
    lost: () => found.promise,
    replayed: () => {},
    openings: createOpenings(),
  });
  const reading = server.read(buffer);
  one.reset();
  await turn();
  server.close();
  found.resolve(two.end);
  await assertRejects(() => reading, Deno.errors.ConnectionReset);
  assertEquals(two.calls, ["close"]);
});
