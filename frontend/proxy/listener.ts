import { concernsOneClient } from "../../lib/net/accept_failure.ts";
import type { Acceptor, Connected } from "./engine.ts";

/** How an accept loop is run. */
export interface AcceptLoop {
  readonly acceptor: Acceptor;
  /**
   * What to do with a client. Resolves when the next one may be accepted, which has nothing to do with
   * the end of this one; undefined where it may be at once.
   */
  readonly serve: (client: Connected) => Promise<void> | undefined;
  /** Is told of every client that was gone before it could be accepted. */
  readonly vanished: () => void;
  /** Is told of every other failure to accept. */
  readonly failed: (error: unknown) => void;
  /** Lets time pass after such a failure, so that one that lasts does not occupy the thread. */
  readonly pause: () => Promise<void>;
  /** Lets a moment pass, in which a client that is queued is accepted. */
  readonly moment: () => Promise<void>;
  /** Aborts when the loop is to end. */
  readonly stop: AbortSignal;
}

/** Clients that come all the time must not keep a listener from closing. */
const mostMoments = 50;

/** So many clients that were gone, one after another, and others have their turn for a moment. */
const mostVanished = 32;

/**
 * Accepts clients until it is stopped, whatever happens: a loop that ended on a full descriptor table
 * would leave a listener that is never served again.
 *
 * When the signal aborts, it accepts the clients that are queued already, as the kernel resets those
 * whose listener is closed, and then closes the acceptor. Resolves once the pending accept has settled,
 * which is when the kernel's listening socket is gone.
 */
export async function acceptClients(
  { acceptor, serve, vanished, failed, pause, moment, stop }: AcceptLoop,
): Promise<void> {
  /** Clients that have left the queue, served or not. */
  let taken = 0;
  let vanishedInARow = 0;
  let closed = false;
  const closing = Promise.withResolvers<void>();
  const close = async () => {
    for (let moments = 0; moments < mostMoments; moments++) {
      const before = taken;
      await moment();
      if (taken === before && !acceptor.isHeldBack) break;
    }
    closed = true;
    closing.resolve();
    acceptor.close();
  };
  stop.addEventListener("abort", () => void close(), { once: true });
  while (!closed) {
    try {
      const full = serve(await acceptor.accept());
      taken++;
      vanishedInARow = 0;
      if (full) await Promise.race([full, closing.promise]);
    } catch (error) {
      if (closed) return;
      if (concernsOneClient(error)) {
        taken++;
        vanished();
        if (++vanishedInARow % mostVanished === 0) await moment();
      } else {
        failed(error);
        await pause();
      }
    }
  }
}
