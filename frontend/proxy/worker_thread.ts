import type { EngineName } from "../../lib/config/settings.ts";
import type { CutCause } from "../table/cuts.ts";
import type { Clock } from "./clock.ts";
import type {
  FromWorker,
  LogMessage,
  ServerNews,
  StopResult,
  ToWorker,
  WorkerStart,
} from "./messages.ts";

/** What a worker says while it works. */
export type WorkerNews = ServerNews | LogMessage;

/** How a worker's thread is begun. */
export interface ThreadOptions {
  /** Starts the thread. */
  readonly spawn: () => Worker;
  readonly start: WorkerStart;
  /** The state table's clock. */
  readonly clock: Clock;
  /** Takes what the worker says while it works. */
  readonly news: (news: WorkerNews) => void;
}

/** A relay worker as the main thread sees it. */
export interface WorkerThread {
  /** Resolves to how it moves bytes when the worker accepts clients; rejects with why it cannot. */
  readonly listening: Promise<EngineName>;
  /** Resolves with why, when the worker ends without having been told to. */
  readonly died: Promise<string>;
  /** Resolves when the worker accepts no more: it was told to stop, or it is gone. */
  readonly closed: Promise<void>;
  /** Resolves when the worker has no connections any more: it was told to stop, or it is gone. */
  readonly stopped: Promise<StopResult>;
  /** Tells the worker to stop, how long connections may go on, and why they are cut then. */
  stop(drainMs: number, cause: CutCause): void;
  /** Tells it to cut what is open. */
  cutAll(cause: CutCause): void;
  /** Ends the thread at once, and with it the `cut` connections that it has. */
  terminate(cut: number): void;
}

/** Starts a relay worker. */
export function startThread({ spawn, start, clock, news }: ThreadOptions): WorkerThread {
  const listening = Promise.withResolvers<EngineName>();
  const died = Promise.withResolvers<string>();
  const closed = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<StopResult>();
  // Whoever waits for it hears of the failure through `died` as well.
  listening.promise.catch(() => {});

  const thread = spawn();
  const tell = (message: ToWorker) => thread.postMessage(message);
  const end = (result: StopResult) => {
    thread.terminate();
    closed.resolve();
    stopped.resolve(result);
  };
  const fail = (reason: string) => {
    end({ finished: 0, cut: 0 });
    listening.reject(new Error(reason));
    died.resolve(reason);
  };
  const hear = (message: FromWorker) => {
    switch (message.type) {
      case "loaded":
        // The time is read now, when the worker is ready to take it in at once.
        return tell({ type: "start", start, now: clock() });
      case "listening":
        return listening.resolve(message.engine);
      case "failed":
        return fail(message.message);
      case "closed":
        return closed.resolve();
      case "stopped":
        return end({ finished: message.finished, cut: message.cut });
      default:
        return news(message);
    }
  };
  thread.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => hear(data));
  thread.addEventListener("error", (event) => {
    event.preventDefault();
    fail(event.message);
  });

  return {
    listening: listening.promise,
    died: died.promise,
    closed: closed.promise,
    stopped: stopped.promise,
    stop: (drainMs, cause) => tell({ type: "stop", drainMs, cause }),
    cutAll: (cause) => tell({ type: "cut", cause }),
    terminate: (cut) => end({ finished: 0, cut }),
  };
}
