import type { Acceptor, Connected } from "./engine.ts";

/** How an accept loop is run. */
export interface AcceptLoop {
  readonly acceptor: Acceptor;
  /** What to do with a client; not waited for. */
  readonly serve: (client: Connected) => void;
  /** Resolves when there is room for another client; undefined where there is room now. */
  readonly room: () => Promise<void> | undefined;
  /** Is told of every failure to accept. */
  readonly failed: (error: unknown) => void;
  /** Lets time pass after a failure, so that one that lasts does not occupy the thread. */
  readonly pause: () => Promise<void>;
  /** Aborts when the loop is to end. */
  readonly stop: AbortSignal;
}

/**
 * Accepts clients until it is stopped, whatever happens: a loop that ended on a full descriptor table
 * would leave a listener that is never served again.
 *
 * Closes the acceptor when the signal aborts. Resolves once the pending accept has settled, which is
 * when the kernel's listening socket is gone.
 */
export async function acceptClients(
  { acceptor, serve, room, failed, pause, stop }: AcceptLoop,
): Promise<void> {
  stop.addEventListener("abort", () => acceptor.close(), { once: true });
  while (!stop.aborted) {
    const full = room();
    if (full) {
      await full;
      continue;
    }
    try {
      serve(await acceptor.accept());
    } catch (error) {
      if (stop.aborted) return;
      failed(error);
      await pause();
    }
  }
}
