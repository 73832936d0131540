import { assertEquals, assertStringIncludes } from "@std/assert";
import { waitFor } from "../../tests/wait_for.ts";
import { recordingLogger } from "../systemd/logger_fixture.ts";
import { Clients, usualLimits } from "./clients.ts";
import type { RefusedReason } from "./refused_reason.ts";

/** One client of a server that is quick to lose patience; what it got, and why it was cut. */
async function meet(
  limits: Partial<typeof usualLimits>,
  answer: () => Promise<Response>,
  talk: (connection: Deno.TcpConn, cuts: readonly RefusedReason[]) => Promise<string>,
) {
  const cuts: RefusedReason[] = [];
  const onCut = (reason: RefusedReason) => void cuts.push(reason);
  const logger = recordingLogger();
  const clients = new Clients({ essential: "/", logger, onCut }, {
    ...usualLimits,
    sweepMs: 5,
    ...limits,
  });
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [connection, accepted] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  clients.enter(accepted, answer);
  try {
    return { said: await talk(connection, cuts), cuts };
  } finally {
    closeQuietly(connection);
    await clients.shutdown();
  }
}

function closeQuietly(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It was read to its end.
  }
}

const send = (connection: Deno.TcpConn, part: string) =>
  connection.write(new TextEncoder().encode(part));
const ok = () => Promise.resolve(new Response("ok"));
const whole = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

Deno.test("whoever sends no whole request is let go, which nothing counts", async () => {
  for (const part of ["", "GET / HT", "GET / HTTP/1.1\r\nX: "]) {
    const { said, cuts } = await meet({ idleMs: 20 }, ok, async (connection) => {
      if (part !== "") await send(connection, part);
      return await new Response(connection.readable).text();
    });
    assertEquals([said, cuts], ["", []]);
  }
});

Deno.test("so is whoever drips a head, byte by byte", async () => {
  const { cuts } = await meet({ idleMs: 20 }, ok, async (connection) => {
    try {
      for (;;) {
        await send(connection, "a");
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    } catch {
      return "";
    }
  });
  assertEquals(cuts, []);
});

Deno.test("time counts from the last answer on, and an answer is waited for", async () => {
  const slow = () =>
    new Promise<Response>((done) => setTimeout(() => done(new Response("ok")), 60));
  const { said } = await meet({ idleMs: 20 }, slow, async (connection) => {
    await send(connection, whole);
    return await new Response(connection.readable).text();
  });
  assertStringIncludes(said, "200 OK");
});

Deno.test("whoever takes nothing of an answer is cut off", async () => {
  const endless = () => {
    const chunk = new Uint8Array(100_000);
    const pull = (out: ReadableStreamDefaultController<Uint8Array>) => out.enqueue(chunk);
    return Promise.resolve(new Response(new ReadableStream({ pull })));
  };
  const { cuts } = await meet({ stalledMs: 20 }, endless, async (connection, cuts) => {
    await send(connection, whole);
    await waitFor("the cut", () => Promise.resolve(cuts.length > 0 || null), { withinMs: 10_000 });
    // What is on its way still comes, and then the end.
    return await new Response(connection.readable).text().catch(() => "reset");
  });
  assertEquals(cuts, ["stalled"]);
});
