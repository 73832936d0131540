import type { EngineName, ListenSetting } from "../../lib/config/settings.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import type { CutCause } from "../table/cuts.ts";
import type { StateTable } from "../table/state_table.ts";
import { ClientCounts } from "./client_counts.ts";
import { claimPorts, sharePorts } from "./claim_ports.ts";
import type { Clock } from "./clock.ts";
import { forgetOpen } from "./counters.ts";
import { Places } from "./places.ts";
import type { StopOrder } from "./proxy.ts";
import type { RelaySettings, ServerNews, StopResult } from "./messages.ts";
import { restartPause } from "./restart_pause.ts";
import { startThread, type WorkerNews, type WorkerThread } from "./worker_thread.ts";

/** What a worker falls back on. */
const safestEngine: EngineName = "deno";
/** How long a worker may take to answer that it accepts no more, in milliseconds. */
const closeGraceMs = 1_000;
/** The longest time that a timer can measure, about 25 days. */
const longestTimerMs = 2 ** 31 - 1;
/** How much longer than its connections a worker may take to stop, in milliseconds. */
const stopGraceMs = 2_000;

/** What the relay workers are to do. */
export interface WorkersOptions {
  /** The state table; it says how many workers there are. */
  readonly table: StateTable;
  readonly listen: readonly ListenSetting[];
  readonly relay: RelaySettings;
  /** How many connections all workers together may have open. */
  readonly maxConnections: number;
  /** 32 bits that nobody outside knows. */
  readonly seed: number;
  /** The state table's clock. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** Is told how servers treat connections. */
  readonly observed: (event: ServerNews) => void;
  /** Whether a predecessor listens in the same places, which is to be relieved; false by default. */
  readonly beside?: boolean;
  /** Starts a thread; the relay worker's, unless a test has reason to start another. */
  readonly spawn?: () => Worker;
}

/** The relay workers at work. */
export interface Workers {
  /** How each of them moves bytes. */
  engines(): readonly EngineName[];
  /**
   * Accepts no more, lets connections go on for a while and cuts the rest.
   *
   * The workers close their listeners one after another, so that each time those that are left, or a
   * successor's, can take over the clients that are still queued (`net.ipv4.tcp_migrate_req`).
   */
  stop(order: StopOrder): Promise<StopResult>;
  /** Ends all connections that are open at this moment. */
  cutAll(cause: CutCause): void;
  /** How often each worker has been replaced because it died. */
  readonly restarts: readonly number[];
}

/** One place among the workers: the thread that holds it now, and its successors. */
interface Post {
  readonly worker: number;
  engine: EngineName;
  thread: WorkerThread;
  startedAt: number;
  pauseMs: number;
  restarts: number;
}

function spawnRelayWorker(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
}

/** Resolves after a time, or as soon as the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    resolve();
  }, { once: true });
  return promise;
}

/** Passes on what a worker says: log lines to the log, the rest to the observer. */
function hear(news: WorkerNews, { logger, observed }: WorkersOptions): void {
  if (news.type === "log") logger[news.level](news.message);
  else observed(news);
}

/**
 * Replaces the thread of a post each time that it dies, until stopped.
 *
 * Its successors use the default engine, in case it was the other one that failed.
 */
async function keepAlive(
  post: Post,
  { clock, logger, forget, start, stopping }: Pick<WorkersOptions, "clock" | "logger"> & {
    readonly forget: (worker: number) => void;
    readonly start: (engine: EngineName) => WorkerThread;
    readonly stopping: AbortSignal;
  },
): Promise<void> {
  while (!stopping.aborted) {
    const reason = await post.thread.died;
    forget(post.worker);
    post.pauseMs = restartPause(post.pauseMs, clock() - post.startedAt);
    const change = post.engine === safestEngine ? "" : ` with LB_ENGINE=${safestEngine}`;
    post.engine = safestEngine;
    logger.error(
      `Relay worker ${post.worker} ended, its connections with it; another starts in ` +
        `${post.pauseMs} ms${change}: ${reason}`,
    );
    await pause(post.pauseMs, stopping);
    if (stopping.aborted) return;
    post.restarts++;
    post.startedAt = clock();
    post.thread = start(post.engine);
    post.thread.listening.then(
      () => logger.info(`Relay worker ${post.worker} accepts clients again`),
      () => {/* It died as well: the next round says so. */},
    );
  }
}

/** Waits for a promise, but not longer than so many milliseconds. */
async function atMost(ms: number, promise: Promise<void>): Promise<void> {
  const answered = new AbortController();
  await Promise.race([promise, pause(ms, answered.signal)]);
  answered.abort();
}

/** Stops the threads; one that does not answer is ended without being asked again. */
async function stopThreads(
  posts: readonly Post[],
  { table, drainMs, cause, closed }: StopOrder & { readonly table: StateTable },
): Promise<StopResult> {
  const impatience = setTimeout(() => {
    for (const { thread, worker } of posts) thread.terminate(table.workerFigure("open", worker));
  }, Math.min(drainMs + stopGraceMs, longestTimerMs));
  for (const { thread } of posts) {
    thread.stop(drainMs, cause);
    await atMost(closeGraceMs, thread.closed);
  }
  closed();
  const results = await Promise.all(posts.map(({ thread }) => thread.stopped));
  clearTimeout(impatience);
  for (const { worker } of posts) forgetOpen(table, worker, cause);
  return results.reduce(
    (sum, { finished, cut }) => ({ finished: sum.finished + finished, cut: sum.cut + cut }),
  );
}

/** Where clients are counted, those at a worker's doors included; null where they have no limit. */
function clientMemory(
  { table, listen, relay, maxConnections, seed }: WorkersOptions,
): SharedArrayBuffer | null {
  if (relay.maxPerClient === null) return null;
  const atDoors = table.size.workers * listen.length;
  return ClientCounts.memoryFor({ connections: maxConnections + atDoors, seed });
}

/**
 * Starts the relay workers, one for each of the table's, and keeps them alive.
 *
 * Resolves when all of them accept clients.
 *
 * @throws {Error} If they cannot; the message is one line for people.
 */
export async function startWorkers(options: WorkersOptions): Promise<Workers> {
  const { table, clock, relay, maxConnections, beside, spawn = spawnRelayWorker } = options;
  const { buffer, size } = table;
  const listen = beside ? sharePorts(options.listen) : claimPorts(options.listen);
  const places = Places.memoryFor(size.workers);
  const clients = clientMemory(options);
  const shared = { table: buffer, size, listen, maxConnections, places, clients };
  const startOne = (worker: number, engine: EngineName) => {
    const start = { ...relay, ...shared, engine, worker };
    return startThread({ spawn, start, clock, news: (news) => hear(news, options) });
  };
  const posts = Array.from({ length: size.workers }, (_, worker): Post => ({
    worker,
    engine: relay.engine,
    thread: startOne(worker, relay.engine),
    startedAt: clock(),
    pauseMs: 0,
    restarts: 0,
  }));
  try {
    await Promise.all(posts.map(async (post) => post.engine = await post.thread.listening));
  } catch (error) {
    for (const { thread } of posts) thread.terminate(0);
    throw error;
  }
  const stopping = new AbortController();
  const forget = (worker: number) => {
    forgetOpen(table, worker, "fault");
    new Places(places, { limit: maxConnections, worker }).forget();
    if (clients !== null) new ClientCounts(clients, { limit: 1, worker }).forget();
  };
  for (const post of posts) {
    const start = (engine: EngineName) => startOne(post.worker, engine);
    void keepAlive(post, { ...options, forget, start, stopping: stopping.signal });
  }
  return {
    engines: () => posts.map(({ engine }) => engine),
    stop(order) {
      stopping.abort();
      return stopThreads(posts, { ...order, table });
    },
    cutAll(cause) {
      for (const { thread } of posts) thread.cutAll(cause);
    },
    get restarts() {
      return posts.map(({ restarts }) => restarts);
    },
  };
}
