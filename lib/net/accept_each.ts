import { errorMessage } from "../error_message.ts";
import type { Logger } from "../systemd/logger.ts";
import { OncePer } from "../systemd/rate_limit.ts";
import { concernsOneClient } from "./accept_failure.ts";

/** The same trouble with a listener is logged at most once in this time, in milliseconds. */
const troubleLogMs = 60_000;

/** How long a listener rests after an error, in milliseconds: where something was done about it, or not. */
const pauseMs = { relieved: 10, otherwise: 100 };

/** So many clients that have gone already, one after another, and other work has its turn. */
const mostGone = 32;

/** What accepting takes. */
export interface AcceptOptions<Connection> {
  /** Where clients are accepted. */
  readonly listener: { accept(): Promise<Connection> };
  /** What is listened on, for the log: "the control socket". */
  readonly what: string;
  readonly logger: Logger;
  /** Whether the listener has been closed on purpose, which ends the loop. */
  readonly isClosing: () => boolean;
  /** Frees what accepting may lack, such as descriptors; says whether it did. */
  readonly relieve?: () => boolean;
  /** Takes a client; it must not throw. */
  readonly take: (connection: Connection) => void;
}

/**
 * Accepts clients until the listener is closed. No error ends it: a program that no longer accepts
 * can be neither steered nor watched, and errors pass (accept(2): no descriptor left, no memory, a
 * client that has gone already).
 */
export async function acceptEach<Connection>(options: AcceptOptions<Connection>): Promise<void> {
  const { listener, what, logger, isClosing, relieve, take } = options;
  const limit = new OncePer({ intervalMs: troubleLogMs });
  let goneInARow = 0;
  while (!isClosing()) {
    try {
      take(await listener.accept());
      goneInARow = 0;
    } catch (error) {
      if (isClosing()) return;
      if (concernsOneClient(error)) {
        // The next one may be waiting; but others have their turn, too.
        if (++goneInARow % mostGone === 0) await rest(0);
        continue;
      }
      const message = `cannot accept on ${what}: ${errorMessage(error)}`;
      const line = limit.admit("accept", message, performance.now());
      if (line !== null) logger.warn(line);
      await rest(relieve?.() ? pauseMs.relieved : pauseMs.otherwise);
    }
  }
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
