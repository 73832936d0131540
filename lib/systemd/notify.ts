import type { Logger } from "./logger.ts";
import * as message from "./notify_message.ts";

/**
 * Tells systemd how the service is (sd_notify(3)).
 *
 * No method throws or rejects, and without systemd none does anything. Messages arrive in the order
 * of the calls; each promise is kept once its message is with systemd, or is known not to get there.
 */
export interface Notifier {
  /** The service serves; `text` is its first status. */
  ready(text?: string): Promise<void>;
  /** What `systemctl status` shows. */
  status(text: string): Promise<void>;
  /** The service reloads; `ready` has to follow, also where reloading failed. */
  reloading(): Promise<void>;
  /** The service is about to end. */
  stopping(text?: string): Promise<void>;
  /** Ending takes so many more milliseconds: systemd is to wait that long. */
  extendTimeout(ms: number): Promise<void>;
  /** The service is alive; see `watchdogIntervalMs`. */
  watchdog(): Promise<void>;
  /** Another process is the service's main one from now on. */
  mainPid(pid: number): Promise<void>;
  /** Ends the notifier, once what was told has been sent. */
  close(): Promise<void>;
}

/** Where systemd listens, and who is told of a failure. */
export interface NotifierOptions {
  /** `NOTIFY_SOCKET`: a path, or an abstract address that begins with `@`. */
  readonly socket: string | undefined;
  /** Told of the first failure. */
  readonly logger: Logger;
  /** Whether nothing is told before `ready`, which then tells the last status too. */
  readonly silentUntilReady?: boolean;
}

type Send = (text: string) => Promise<void>;

/** Makes a notifier; one that does nothing where systemd does not listen. */
export function createNotifier(
  { socket, logger, silentUntilReady = false }: NotifierOptions,
): Notifier {
  const connection = socket ? open(socket, logger) : null;
  let last = Promise.resolve();
  let failed = false;
  let silent = silentUntilReady;
  let unsaid: string | undefined;
  const tell = (...lines: string[]) => {
    if (silent) return last;
    last = last.then(() => connection?.send(lines.join("\n"))).catch((error) => {
      if (!failed) logger.warn(failure(socket, error));
      failed = true;
    });
    return last;
  };
  const withStatus = (text: string | undefined) => text === undefined ? [] : [message.status(text)];
  return {
    ready(text = unsaid) {
      silent = false;
      unsaid = undefined;
      return tell(message.ready, ...withStatus(text));
    },
    status(text) {
      if (silent) unsaid = text;
      return tell(message.status(text));
    },
    reloading: () => tell(message.reloading),
    stopping: (text) => tell(message.stopping, ...withStatus(text)),
    extendTimeout: (ms) => tell(message.extendTimeout(ms)),
    watchdog: () => tell(message.watchdog),
    mainPid: (pid) => tell(message.mainPid(pid)),
    async close() {
      await last;
      connection?.close();
    },
  };
}

function open(socket: string, logger: Logger): { send: Send; close: () => void } | null {
  try {
    const address = addressOf(socket);
    // An empty path lets the kernel choose an abstract address (unix(7)): no file to clean up.
    const from = Deno.listenDatagram({ transport: "unixpacket", path: "" });
    let closed = false;
    return {
      async send(text) {
        if (!closed) await from.send(new TextEncoder().encode(text), address);
      },
      close() {
        if (!closed) from.close();
        closed = true;
      },
    };
  } catch (error) {
    logger.warn(failure(socket, error));
    return null;
  }
}

/** systemd writes the zero byte of an abstract address as `@`; it may also use vsock, as we do not. */
function addressOf(socket: string): Deno.UnixAddr {
  if (!/^[/@]./.test(socket)) throw new Error("it is neither a path nor an abstract address");
  return { transport: "unixpacket", path: socket.replace(/^@/, "\0") };
}

function failure(socket: string | undefined, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `cannot tell systemd how the service is (NOTIFY_SOCKET is ${socket}): ${reason}`;
}
