/**
 * Ends a connection with a reset (RST), which Deno has no call for.
 *
 * A server that crashes in the middle of an answer resets its connections. Passed on as a clean end
 * (FIN), as HAProxy and nginx do, the client takes half an answer for the whole. Dissolving the
 * association of a TCP socket, `connect(fd, AF_UNSPEC)`, makes Linux send a reset at once (net/ipv4/tcp.c,
 * `tcp_disconnect`). SO_LINGER with a time of 0, the usual way, does not help here: Deno shuts a
 * socket down before it closes it.
 *
 * This is on by default, and costs the sandbox nothing: the foreign function interface is part of
 * `--allow-all`, which the programs need to read /proc. Connections that end well never come here.
 *
 * @module
 */
import type { Clock } from "./clock.ts";
import { type DescribedConnection, DescriptorSearch } from "./descriptor_search.ts";
import { type Libc, loadLibc, unspecified } from "./libc.ts";

/** A connection that can be ended; `Deno.TcpConn` is one. */
export interface Abortable extends DescribedConnection {
  /** Throws `BadResource` where the connection is closed. */
  setNoDelay(): void;
  close(): void;
}

/**
 * Ends a connection with a reset and closes it. One that is closed already stays so.
 *
 * @param conn The connection.
 * @param beside One that was opened at about the same time: its descriptor is not far.
 */
export type Abort = (conn: Abortable, beside?: Abortable) => void;

/** What {@linkcode createAbort} needs. */
export interface AbortOptions {
  readonly clock: Clock;
  /** Is told why resets cannot be sent, one line for people; at most once per reason. */
  readonly warn: (message: string) => void;
  /** Loads the library; {@linkcode loadLibc}, unless a test has reason to do otherwise. */
  readonly load?: () => Libc;
}

/** Descriptors looked at per second at most: about a fiftieth of a thread's time. */
const looksPerSecond = 50_000;

const tooMany = "More connections are reset than can be passed on as resets; the others are closed";

/** Whether the runtime has closed a connection: its descriptor may be another's by now. */
function isClosed(conn: Abortable): boolean {
  try {
    conn.setNoDelay();
    return false;
  } catch (error) {
    // While a write waits, Deno refuses with another error: such a connection is as open as can be.
    return error instanceof Deno.errors.BadResource;
  }
}

function closeQuietly(conn: Abortable): void {
  try {
    conn.close();
  } catch {
    // It is closed.
  }
}

/** The library; null where it cannot be loaded. */
function tryToLoad({ load = loadLibc, warn }: AbortOptions): Libc | null {
  try {
    return load();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    warn(`Connections that one side resets end as closed on the other: ${detail}`);
    return null;
  }
}

/**
 * Makes what ends connections with a reset for one thread. Nothing is loaded before the first
 * connection needs it.
 *
 * Where the library cannot be loaded, a connection's descriptor cannot be found, or more would have
 * to be looked at than may be in a second, the connection is closed instead: the other side sees its
 * end, without the reset.
 */
export function createAbort(options: AbortOptions): Abort {
  let libc: Libc | null | undefined;
  let search: DescriptorSearch | undefined;
  let hasWarned = false;
  return (conn, beside) => {
    if (isClosed(conn)) return;
    libc ??= libc === undefined ? tryToLoad(options) : null;
    if (libc) {
      search ??= new DescriptorSearch(libc, { clock: options.clock, looksPerSecond });
      const { fd, isCutShort } = search.find(conn, beside);
      if (isCutShort && !hasWarned) {
        hasWarned = true;
        options.warn(tooMany);
      }
      // Nothing was awaited since the descriptor was found to be this connection's, and only this
      // thread closes it: it still is.
      if (fd !== null) libc.connect(fd, unspecified, unspecified.length);
    }
    closeQuietly(conn);
  };
}
