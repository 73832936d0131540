/**
 * What clients and servers see through the proxy is what they would see without it.
 *
 * @module
 */
import { assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import {
  connectTo,
  ending,
  listenAnywhere,
  pattern,
  receive,
  reset,
  send,
} from "../../frontend/proxy/loopback_fixture.ts";
import { testOnEachEngine } from "../../frontend/proxy/proxy_fixture.ts";
import { receiveStream, sendStream } from "./byte_stream.ts";
import { carriedPair } from "./carried_pair.ts";

const mebi = 1024 * 1024;

testOnEachEngine("64 MiB each way at once arrive as they were sent", async ({ name }) => {
  await using ends = await carriedPair(name);
  const speak = async (conn: Deno.TcpConn, seed: number) => {
    const sent = await sendStream(conn, 64 * mebi, seed);
    await conn.closeWrite();
    return sent;
  };
  const [up, down, atServer, atClient] = await Promise.all([
    speak(ends.client, 3),
    speak(ends.server, 7),
    receiveStream(ends.server),
    receiveStream(ends.client),
  ]);
  assertEquals(atServer, up);
  assertEquals(atClient, down);
});

testOnEachEngine(
  "50 MiB to a reader that pauses arrive as they were sent, and memory stays flat",
  async ({ name }) => {
    await using ends = await carriedPair(name);
    const memory = () => Deno.memoryUsage().rss;
    let pauses = 0;
    let highest = 0;
    const before = memory();
    const pause = (received: number) => {
      if (received < (pauses + 1) * 10 * mebi) return;
      pauses++;
      highest = Math.max(highest, memory());
      return new Promise<void>((resolve) => setTimeout(resolve, 100));
    };
    const [sent, received] = await Promise.all([
      sendStream(ends.server, 50 * mebi, 5).then(async (sent) => {
        await ends.server.closeWrite();
        return sent;
      }),
      receiveStream(ends.client, { pause }),
    ]);
    assertEquals(received, sent);
    assertEquals(pauses, 5);
    assertLess(highest - before, 40 * mebi);
  },
);

testOnEachEngine("single bytes pass one by one, both ways in turn", async ({ name }) => {
  await using ends = await carriedPair(name);
  for (let turn = 0; turn < 300; turn++) {
    const [from, to] = turn % 2 === 0 ? [ends.client, ends.server] : [ends.server, ends.client];
    await send(from, Uint8Array.of(turn & 255));
    assertEquals(await receive(to, 1), Uint8Array.of(turn & 255));
  }
});

// ---------------------------------------------------------------- scripts of two ends

type Side = "client" | "server";
type Ends = Record<Side, Deno.TcpConn>;

/** Something that one end does. */
type Action =
  | { readonly does: "send"; readonly by: Side; readonly bytes: number }
  /** Both send at the same time. */
  | { readonly does: "exchange"; readonly by: Side; readonly bytes: number }
  | { readonly does: "pause"; readonly by: Side }
  | { readonly does: "shut"; readonly by: Side }
  | { readonly does: "close"; readonly by: Side }
  | { readonly does: "reset"; readonly by: Side };

const other = { client: "server", server: "client" } as const;

/** How an end comes to know that the other one has reset after having finished: by sending. */
async function brokenWhenSending(conn: Deno.TcpConn): Promise<string> {
  for (let round = 0; round < 1_000; round++) {
    try {
      await send(conn, pattern(1));
    } catch {
      return "broken";
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return "sent for ever";
}

/**
 * Plays a script, each action after the one before was observed at the other end, and tells all that
 * was observed.
 */
async function play(ends: Ends, script: readonly Action[]): Promise<string[]> {
  const seen: string[] = [];
  const shut = new Set<Side>();
  const note = (by: Side, what: string) => void seen.push(`${by}: ${what}`);
  const pass = async (by: Side, bytes: number, seed: number) => {
    const [, received] = await Promise.all([
      send(ends[by], pattern(bytes, seed)),
      receive(ends[other[by]], bytes),
    ]);
    assertEquals(received, pattern(bytes, seed));
    note(other[by], `received ${bytes}`);
  };
  for (const [seed, action] of script.entries()) {
    const { does, by } = action;
    const peer = other[by];
    if (does === "send" && !shut.has(by)) await pass(by, action.bytes, seed);
    if (does === "exchange" && shut.size === 0) {
      await Promise.all([pass(by, action.bytes, seed), pass(peer, action.bytes + 1, seed + 100)]);
      seen.sort();
    }
    if (does === "pause") await new Promise((resolve) => setTimeout(resolve, 2));
    if (does === "shut" && !shut.has(by)) {
      shut.add(by);
      await ends[by].closeWrite();
      note(peer, await ending(ends[peer]));
    }
    if (does === "close") {
      ends[by].close();
      if (!shut.has(by)) note(peer, await ending(ends[peer]));
      ends[peer].close();
      return seen;
    }
    if (does === "reset") {
      reset(ends[by]);
      if (!shut.has(by)) note(peer, await ending(ends[peer]));
      else if (!shut.has(peer)) note(peer, await brokenWhenSending(ends[peer]));
      ends[peer].close();
      return seen;
    }
  }
  ends.client.close();
  ends.server.close();
  return seen;
}

const side = fc.constantFrom<Side>("client", "server");
const bytes = fc.oneof(
  fc.constantFrom(1, 1023, 1024, 1025, 65_536, 262_144),
  fc.integer({ min: 1, max: 300_000 }),
);
const talk = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant("send" as const), by: side, bytes }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("exchange" as const), by: side, bytes }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("pause" as const), by: side }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("shut" as const), by: side }) },
);
const finale = fc.record({ does: fc.constantFrom("close" as const, "reset" as const), by: side });
const scripts = fc.tuple(fc.array(talk, { maxLength: 8 }), fc.option(finale, { nil: undefined }))
  .map(([talk, finale]): Action[] => finale ? [...talk, finale] : talk);

testOnEachEngine(
  "whatever two ends do, both observe the same through the proxy as without it",
  async ({ runProxy }) => {
    using listener = listenAnywhere();
    await using proxy = runProxy([listener.port]);
    const endsBy = async (port: number): Promise<Ends> => {
      const [client, server] = await Promise.all([connectTo(port), listener.accept()]);
      return { client, server };
    };
    await fc.assert(
      fc.asyncProperty(scripts, async (script) => {
        const direct = await play(await endsBy(listener.port), script);
        const carried = await play(await endsBy(proxy.port), script);
        assertEquals(carried, direct);
      }),
      {
        numRuns: 60,
        examples: [
          [[{ does: "reset", by: "client" }]],
          [[{ does: "reset", by: "server" }]],
          [[{ does: "send", by: "client", bytes: 5 }, { does: "reset", by: "server" }]],
          [[{ does: "shut", by: "client" }, { does: "reset", by: "server" }]],
          [[{ does: "shut", by: "server" }, { does: "reset", by: "server" }]],
          [[{ does: "shut", by: "server" }, { does: "send", by: "client", bytes: 9 }]],
        ],
      },
    );
  },
);
