/**
 * A relay worker: the thread that carries part of the connections. What it is told and what it says
 * stands in `messages.ts`.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { followClock } from "./clock.ts";
import { createEngine } from "./create_engine.ts";
import type { Engine } from "./engine.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { type Proxy, startProxy } from "./proxy.ts";

let proxy: Proxy | null = null;
let engine: Engine | null = null;

let hasFailed = false;

function post(message: FromWorker): void {
  // What comes after a failure are its consequences.
  if (!hasFailed || message.type === "failed") self.postMessage(message);
}

/** Says why this worker cannot go on, and ends it; no connection stays open that nobody serves. */
async function fail(message: string): Promise<void> {
  hasFailed = true;
  proxy?.cutAll("fault");
  await engine?.close();
  post({ type: "failed", message });
  self.close();
}

/** An error and where it came from, on one line. */
function trace(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.stack ?? error.message).replaceAll(/\s*\n\s*/g, " ");
}

function start({ start, now }: Extract<ToWorker, { type: "start" }>): void {
  const clock = followClock(now, () => performance.now());
  try {
    const warn = (message: string) => post({ type: "log", level: "warn", message });
    // Of what the connections share, such as pipes, each worker has its part.
    const { workers: threads } = start.size;
    const maxConnections = Math.ceil(start.maxConnections / threads);
    engine = createEngine(start.engine, { clock, maxConnections, threads, warn });
    proxy = startProxy(start, { engine, clock, random: Math.random, post });
    post({ type: "listening", engine: engine.name });
  } catch (error) {
    void fail(error instanceof Error ? error.message : String(error));
  }
}

async function stop({ drainMs, cause }: Extract<ToWorker, { type: "stop" }>): Promise<void> {
  const closed = () => post({ type: "closed" });
  const result = await proxy?.stop({ drainMs, cause, closed });
  await engine?.close();
  post({ type: "stopped", ...(result ?? { finished: 0, cut: 0 }) });
  self.close();
}

self.addEventListener("message", ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "start") start(data);
  else if (data.type === "cut") proxy?.cutAll(data.cause);
  else void stop(data);
});
// What nobody caught is a fault of this program: the main thread logs it and starts another worker.
self.addEventListener("error", (event) => {
  event.preventDefault();
  void fail(trace(event.error));
});
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  void fail(trace(event.reason));
});
post({ type: "loaded" });
