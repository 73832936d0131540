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
import type { Endpoint } from "./engine.ts";
import { type Libc, loadLibc, unspecified } from "./libc.ts";
import { LookBudget } from "./look_budget.ts";
import { isSocketAddress, socketAddressBytes } from "../../lib/net/socket_address.ts";

/** A connection that can be ended; `Deno.TcpConn` is one. */
export interface Abortable {
  readonly localAddr: Endpoint;
  readonly remoteAddr: Endpoint;
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

/** Descriptors looked at on both sides of a known one before the size of the whole table is read. */
const nearby = 64;

/** The name of the symbol under which Deno 2.9 keeps the descriptor of an accepted connection. */
const descriptorSymbol = "Deno.internal.fd";

/** The descriptor of a connection where Deno tells it: of accepted ones, not of those it made. */
function toldDescriptor(conn: Abortable): number | null {
  for (const symbol of Object.getOwnPropertySymbols(conn)) {
    if (symbol.description !== descriptorSymbol) continue;
    const value: unknown = Reflect.get(conn, symbol);
    return typeof value === "number" ? value : null;
  }
  return null;
}

/**
 * One more than the highest descriptor this process ever had (proc_pid_status(5), `FDSize`); 0 where
 * that cannot be read, as no descriptor is left to read it by.
 */
function descriptorTableSize(): number {
  try {
    return Number(/^FDSize:\s*(\d+)/m.exec(Deno.readTextFileSync("/proc/self/status"))?.[1]);
  } catch {
    return 0;
  }
}

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

/** Finds the descriptors of connections by the addresses of their two sides. */
class Descriptors {
  readonly #libc: Libc;
  readonly #name = new Uint8Array(socketAddressBytes);
  readonly #length = new Uint32Array(1);

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** Whether a descriptor is this connection's; holds until something is awaited. */
  is(fd: number, { localAddr, remoteAddr }: Abortable): boolean {
    return this.#names(this.#libc.getsockname, fd, localAddr) &&
      this.#names(this.#libc.getpeername, fd, remoteAddr);
  }

  #names(call: Libc["getsockname"], fd: number, endpoint: Endpoint): boolean {
    this.#length[0] = socketAddressBytes;
    return call(fd, this.#name, this.#length) === 0 && isSocketAddress(this.#name, endpoint);
  }

  /**
   * Looks for a connection's descriptor, around a place first and then everywhere: the kernel gives
   * the lowest one that is free, so what was opened together lies together.
   *
   * @returns the descriptor or null, and how many were looked at.
   */
  find(
    conn: Abortable,
    { around, limit }: { around: number; limit: number },
  ): { fd: number | null; looks: number } {
    const first = Math.max(0, around - nearby);
    const near = this.#findWithin(conn, first, Math.min(around + nearby, first + limit));
    if (near.fd !== null || near.looks >= limit) return near;
    const end = Math.min(descriptorTableSize(), limit - near.looks);
    const { fd, looks } = this.#findWithin(conn, 0, end);
    return { fd, looks: near.looks + looks };
  }

  #findWithin(conn: Abortable, from: number, to: number): { fd: number | null; looks: number } {
    for (let fd = from; fd < to; fd++) {
      if (this.is(fd, conn)) return { fd, looks: fd - from + 1 };
    }
    return { fd: null, looks: Math.max(0, to - from) };
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

/** Finds descriptors without taking more than its share of the thread's time. */
function createSearch(libc: Libc, { clock, warn }: AbortOptions) {
  const descriptors = new Descriptors(libc);
  const budget = new LookBudget(looksPerSecond);
  let hasWarned = false;
  return (conn: Abortable, beside?: Abortable): number | null => {
    const told = toldDescriptor(conn);
    // If it is not this connection's, the other side has reset it: nothing is left to abort.
    if (told !== null) return descriptors.is(told, conn) ? told : null;
    const around = (beside && toldDescriptor(beside)) ?? 0;
    const limit = Math.floor(budget.left(clock()));
    const { fd, looks } = descriptors.find(conn, { around, limit });
    budget.spend(looks);
    if (fd === null && looks >= limit && !hasWarned) {
      hasWarned = true;
      warn("More connections are reset than can be passed on as resets; the others are closed");
    }
    return fd;
  };
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
  let search: ReturnType<typeof createSearch> | undefined;
  return (conn, beside) => {
    if (isClosed(conn)) return;
    libc ??= libc === undefined ? tryToLoad(options) : null;
    if (libc) {
      search ??= createSearch(libc, options);
      const fd = search(conn, beside);
      // Nothing was awaited since the descriptor was found to be this connection's, and only this
      // thread closes it: it still is.
      if (fd !== null) libc.connect(fd, unspecified, unspecified.length);
    }
    closeQuietly(conn);
  };
}
