/**
 * A proxy in the thread of the test, with a state table whose backends are ports of loopback.
 *
 * @module
 */
import type { EngineName } from "../../lib/config/settings.ts";
import { StateTable } from "../table/state_table.ts";
import { ClientCounts } from "./client_counts.ts";
import { createDenoEngine } from "./deno_engine.ts";
import type { Engine, EngineOptions } from "./engine.ts";
import { createEpollEngine } from "./epoll/epoll_engine.ts";
import { freePort } from "./loopback_fixture.ts";
import type { FromWorker, RelaySettings, WorkerStart } from "./messages.ts";
import { Places } from "./places.ts";
import { startProxy } from "./proxy.ts";

/** Settings under which a test need not wait long; servers are tried in the order of their slots. */
export const testSettings: RelaySettings = {
  engine: "deno",
  policy: "round-robin",
  affinity: "none",
  proxyProtocol: "off",
  connectTimeoutMs: 200,
  connectTries: 4,
  replay: "on",
  idleTimeoutMs: 60_000,
  maxPerServer: null,
  maxPerClient: null,
  backendWaitMs: 5_000,
  silentMs: 3_000,
  logsCuts: false,
};

/** A table whose slots hold the given ports, all of them up. */
export function tableOf(ports: readonly number[], { workers = 1 } = {}): StateTable {
  const table = StateTable.create({ capacity: 8, workers });
  for (const port of ports) bringUp(table, port);
  return table;
}

/** Adds a backend that is up. */
export function bringUp(table: StateTable, port: number): void {
  const slot = table.take({ id: port, service: "", serviceOrdinal: 0, address: "127.0.0.1", port });
  table.setState(slot ?? 0, "up", { since: 0, reason: "answering", lastResort: false });
  table.announceChange();
}

const options: EngineOptions = {
  clock: () => performance.now(),
  maxConnections: 100,
  threads: 1,
  warn: (message) => {
    throw new Error(message);
  },
};

/** Makes each of the engines; a warning is a failure. */
const engines: readonly { readonly name: EngineName; readonly create: () => Engine }[] = [
  { name: "deno", create: () => createDenoEngine(options) },
  { name: "epoll", create: () => createEpollEngine(options) },
];

/** What a test is given to run on one of the engines. */
export interface EngineUnderTest {
  readonly name: EngineName;
  /** Makes the engine; whoever does it without a proxy closes it. */
  readonly create: () => Engine;
  /** Runs a proxy on it. */
  readonly runProxy: (
    ports: readonly number[],
    settings?: Partial<WorkerStart>,
    engine?: Engine,
  ) => ReturnType<typeof runProxy>;
}

/** A test that every engine has to pass. */
export function testOnEachEngine(
  name: string,
  test: (engine: EngineUnderTest) => Promise<void>,
  { ignore = false } = {},
): void {
  for (const engine of engines) {
    const runOnIt: EngineUnderTest["runProxy"] = (ports, settings, changed = engine.create()) =>
      runProxy(ports, settings, changed);
    const fn = () => test({ ...engine, runProxy: runOnIt });
    Deno.test({ name: `${name} (${engine.name})`, ignore, fn });
  }
}

/** Runs a proxy over the backends on the given ports, and keeps what it tells the main thread. */
export function runProxy(
  ports: readonly number[],
  settings: Partial<WorkerStart> = {},
  engine: Engine = createDenoEngine(options),
) {
  const table = tableOf(ports);
  const port = freePort();
  const messages: FromWorker[] = [];
  const start: WorkerStart = {
    ...testSettings,
    table: table.buffer,
    size: table.size,
    worker: 0,
    listen: [{ service: null, hostname: "127.0.0.1", port }],
    maxConnections: 100,
    places: Places.memoryFor(table.size.workers),
    clients: ClientCounts.memoryFor({ connections: 100, seed: 1 }),
    ...settings,
  };
  const proxy = startProxy(start, {
    engine,
    clock: () => performance.now(),
    random: () => 0,
    post: (message) => messages.push(message),
  });
  let stopped: ReturnType<typeof proxy.stop> | null = null;
  const stop = (drainMs = 2_000) =>
    stopped ??= proxy.stop({ drainMs, cause: "drain", closed: () => {} });
  const end = async () => {
    await stop();
    await engine.close();
  };
  const figures = (slot: number) => ({
    active: table.relaySum("active", slot),
    total: table.relaySum("total", slot),
    failed: table.relaySum("failed", slot),
    bytesIn: table.relaySum("bytesIn", slot),
    bytesOut: table.relaySum("bytesOut", slot),
    awaitingFirstByte: table.relaySum("awaitingFirstByte", slot),
  });
  return {
    table,
    port,
    messages,
    stop,
    figures,
    [Symbol.asyncDispose]: end,
  };
}
