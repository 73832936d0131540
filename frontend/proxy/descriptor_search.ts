import type { Clock } from "./clock.ts";
import type { Endpoint } from "./engine.ts";
import type { Libc } from "./libc.ts";
import { LookBudget } from "./look_budget.ts";
import { isSocketAddress, socketAddressBytes } from "../../lib/net/socket_address.ts";

/** A connection by its two addresses; `Deno.TcpConn` is one. */
export interface DescribedConnection {
  readonly localAddr: Endpoint;
  readonly remoteAddr: Endpoint;
}

/** Descriptors looked at on both sides of a known one before the size of the whole table is read. */
const nearby = 64;

/** The name of the symbol under which Deno 2.9 keeps the descriptor of an accepted connection. */
const descriptorSymbol = "Deno.internal.fd";

/** The descriptor of a connection where Deno tells it: of accepted ones, not of those it made. */
function toldDescriptor(conn: DescribedConnection): number | null {
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

/** Finds the descriptors of connections by the addresses of their two sides. */
class Descriptors {
  readonly #libc: Libc;
  readonly #name = new Uint8Array(socketAddressBytes);
  readonly #length = new Uint32Array(1);

  constructor(libc: Libc) {
    this.#libc = libc;
  }

  /** Whether a descriptor is this connection's; holds until something is awaited. */
  is(fd: number, { localAddr, remoteAddr }: DescribedConnection): boolean {
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
    conn: DescribedConnection,
    { around, limit }: { around: number; limit: number },
  ): { fd: number | null; looks: number } {
    const first = Math.max(0, around - nearby);
    const close = this.#findWithin(conn, first, Math.min(around + nearby, first + limit));
    if (close.fd !== null || close.looks >= limit) return close;
    const end = Math.min(descriptorTableSize(), limit - close.looks);
    const { fd, looks } = this.#findWithin(conn, 0, end);
    return { fd, looks: close.looks + looks };
  }

  #findWithin(
    conn: DescribedConnection,
    from: number,
    to: number,
  ): { fd: number | null; looks: number } {
    for (let fd = from; fd < to; fd++) {
      if (this.is(fd, conn)) return { fd, looks: fd - from + 1 };
    }
    return { fd: null, looks: Math.max(0, to - from) };
  }
}

/** What a search came to. */
export interface FoundDescriptor {
  /** The connection's descriptor; null where none was found. */
  readonly fd: number | null;
  /** Whether more would have had to be looked at than may be at present. */
  readonly isCutShort: boolean;
}

/** Finds descriptors of Deno's connections without taking more than its share of the thread's time. */
export class DescriptorSearch {
  readonly #descriptors: Descriptors;
  readonly #budget: LookBudget;
  readonly #clock: Clock;

  /** @param looksPerSecond How many descriptors may be looked at; 50,000 take a fiftieth of a thread. */
  constructor(
    libc: Libc,
    { clock, looksPerSecond }: { readonly clock: Clock; readonly looksPerSecond: number },
  ) {
    this.#descriptors = new Descriptors(libc);
    this.#budget = new LookBudget(looksPerSecond);
    this.#clock = clock;
  }

  /**
   * Finds a connection's descriptor; it is the connection's until something is awaited.
   *
   * @param beside A connection that was opened at about the same time: its descriptor is not far.
   */
  find(conn: DescribedConnection, beside?: DescribedConnection): FoundDescriptor {
    const told = toldDescriptor(conn);
    // If it is not this connection's, the other side has reset it: it has none any more.
    if (told !== null) {
      return { fd: this.#descriptors.is(told, conn) ? told : null, isCutShort: false };
    }
    const around = (beside && toldDescriptor(beside)) ?? 0;
    const limit = Math.floor(this.#budget.left(this.#clock()));
    const { fd, looks } = this.#descriptors.find(conn, { around, limit });
    this.#budget.spend(looks);
    return { fd, isCutShort: fd === null && looks >= limit };
  }
}
