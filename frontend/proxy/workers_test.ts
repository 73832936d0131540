import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { Logger } from "../../lib/systemd/logger.ts";
import { countCuts, cutCountsOf } from "../table/cuts.ts";
import {
  connectTo,
  digest,
  echo,
  eventually,
  freePort,
  isEnded,
  pattern,
  receive,
  receiveAll,
  send,
  servedClient,
  serveRaw,
} from "./loopback_fixture.ts";
import type { ServerNews } from "./messages.ts";
import { tableOf, testOnEachEngine, testSettings } from "./proxy_fixture.ts";
import { startWorkers } from "./workers.ts";

/** Starts real relay workers over the backends on the given ports. */
async function run(
  ports: readonly number[],
  {
    workers = 2,
    address = "127.0.0.1" as string | null,
    port = freePort(),
    backendWaitMs = testSettings.backendWaitMs,
    engine = testSettings.engine,
    maxConnections = 100,
    maxPerClient = testSettings.maxPerClient,
    spawn = undefined as
      | (() => Worker)
      | undefined,
  } = {},
) {
  const table = tableOf(ports, { workers });
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const logger: Logger = { debug: log, info: log, warn: log, error: log };
  const events: ServerNews[] = [];
  const running = await startWorkers({
    table,
    listen: [{ service: null, address, port }],
    relay: { ...testSettings, engine, backendWaitMs, maxPerClient },
    maxConnections,
    seed: 1,
    clock: () => performance.now(),
    logger,
    observed: (event) => events.push(event),
    ...(spawn ? { spawn } : {}),
  });
  const stop = (drainMs: number) => running.stop({ drainMs, cause: "drain", closed: () => {} });
  return { table, port, lines, events, stop, workers: running };
}

async function roundTrip(port: number, bytes: Uint8Array): Promise<Uint8Array> {
  using client = await connectTo(port);
  const [received] = await Promise.all([
    receiveAll(client),
    send(client, bytes).then(() => client.closeWrite()),
  ]);
  return received;
}

testOnEachEngine("workers share a port, relay, count and stop", async ({ name: engine }) => {
  await using server = serveRaw(echo);
  const { table, port, stop } = await run([server.port], { engine });
  const bytes = pattern(100_000);
  await Promise.all(Array.from({ length: 24 }, async () => {
    assertEquals(await digest(await roundTrip(port, bytes)), await digest(bytes));
  }));
  await eventually("nothing is open", () => table.workerSum("open") === 0);
  assertEquals(table.workerSum("accepted"), 24);
  assertEquals(table.relaySum("total", 0), 24);
  assertEquals(table.relaySum("bytesIn", 0), 24 * bytes.length);
  assertEquals(table.relaySum("bytesOut", 0), 24 * bytes.length);
  assertEquals(table.relaySum("active", 0), 0);
  assertEquals(await stop(1_000), { finished: 0, cut: 0 });
  await assertRejects(() => connectTo(port), Deno.errors.ConnectionRefused);
});

Deno.test("a worker shows that it is alive, on the main thread's clock", async () => {
  const before = performance.now();
  const { table, stop } = await run([], { workers: 1 });
  const aliveAt = table.workerFigure("aliveAt", 0);
  assert(before - 1 <= aliveAt && aliveAt <= performance.now() + 1, `alive at ${aliveAt}`);
  await stop(0);
});

testOnEachEngine("without an address clients arrive by IPv4 and IPv6", async ({ name: engine }) => {
  await using server = serveRaw(echo);
  const { port, stop } = await run([server.port], { engine, workers: 1, address: null });
  assertEquals(await roundTrip(port, pattern(10)), pattern(10));
  const client = await Deno.connect({ hostname: "::1", port });
  await send(client, pattern(10));
  assertEquals(await receive(client, 10), pattern(10));
  client.close();
  await stop(1_000);
});

testOnEachEngine("the main thread hears of servers that refuse", async ({ name: engine }) => {
  const { table, port, events, stop } = await run([freePort()], {
    engine,
    workers: 1,
    backendWaitMs: 0,
  });
  using client = await connectTo(port);
  assert(await isEnded(client));
  await eventually("the failure is reported", () => events.length === 1);
  const [event] = events;
  assert(event?.type === "connect-failed");
  assertEquals([event.slot, event.generation], [0, table.generation(0)]);
  await stop(0);
});

Deno.test("workers do not start on a port that another program would share with them", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0, reusePort: true });
  const { port } = taken.addr;
  await assertRejects(() => run([], { port }), Error, "another program listens there");
});

testOnEachEngine("a stop waits for connections, then cuts", async ({ name: engine }) => {
  await using server = serveRaw(echo);
  const { port, table, stop } = await run([server.port], { engine });
  using staying = await servedClient(port);
  assertEquals(await stop(50), { finished: 0, cut: 1 });
  assertEquals(countCuts(table), { ...cutCountsOf(() => 0), drain: 1 });
  assert(await isEnded(staying));
  assertEquals(table.workerSum("open"), 0);
  assertEquals(table.relaySum("active", 0), 0);
});

/** A relay worker that does something more when it is told something. */
function spawnObeying(extra: string): Worker {
  const worker = new URL("./worker.ts", import.meta.url).href;
  const source = `self.addEventListener("message", (event) => { ${extra} });
    await import(${JSON.stringify(worker)});`;
  return new Worker(`data:application/javascript,${encodeURIComponent(source)}`, {
    type: "module",
  });
}

testOnEachEngine(
  "a worker that dies is replaced, and what it had open is forgotten",
  async ({ name: engine }) => {
    await using server = serveRaw(echo);
    const threads: Worker[] = [];
    const spawn = () => {
      const thread = spawnObeying(
        `if (event.data === "crash") Promise.reject(new Error("a fault of ours"));`,
      );
      threads.push(thread);
      return thread;
    };
    const { table, port, lines, stop, workers } = await run([server.port], {
      engine,
      workers: 1,
      maxConnections: 1,
      maxPerClient: 1,
      spawn,
    });
    assertEquals(workers.restarts, [0]);
    using client = await servedClient(port);
    assertEquals(table.relaySum("active", 0), 1);
    threads[0]?.postMessage("crash");
    assert(await isEnded(client));
    await eventually("another worker serves", () => lines.length === 2);
    assertMatch(
      lines[0] ?? "",
      /^Relay worker 0 ended, its connections with it; .*a fault of ours/,
    );
    const isNamed = lines[0]?.includes("with LB_ENGINE=deno");
    assertEquals(isNamed, engine !== "deno");
    assertEquals(lines[1], "Relay worker 0 accepts clients again");
    assertEquals(workers.restarts, [1]);
    assertEquals(table.relaySum("active", 0), 0);
    assertEquals(countCuts(table), { ...cutCountsOf(() => 0), fault: 1 });
    // The place that it had is free again, and its client may have another connection.
    assertEquals(await roundTrip(port, pattern(10)), pattern(10));
    await stop(1_000);
    assertEquals(threads.length, 2);
  },
);

Deno.test("a worker that does not answer is ended all the same", async () => {
  const spawn = () =>
    spawnObeying(`if (event.data.type === "stop") event.stopImmediatePropagation();`);
  const { port, stop } = await run([], { workers: 1, spawn });
  assertEquals(await stop(0), { finished: 0, cut: 0 });
  // The thread is torn down in its own time.
  let isRefused = false;
  await eventually("nobody listens any more", () => {
    connectTo(port).then((conn) => conn.close(), () => isRefused = true);
    return isRefused;
  });
});
