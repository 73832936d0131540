import type { EngineName } from "../../lib/config/settings.ts";
import type { Endpoint } from "../../lib/net/endpoint.ts";
import type { Clock } from "./clock.ts";
import type { Meter } from "./relay.ts";

export type { Endpoint };

/** A connection as an engine makes it; `Deno.TcpConn` is one. */
export interface Connected {
  /** The address of the other side. */
  readonly remoteAddr: Endpoint;
  /** The address of this side. */
  readonly localAddr: Endpoint;
  /** Sends short messages at once instead of collecting them (TCP_NODELAY). */
  setNoDelay(): void;
  /** Writes some of the bytes and says how many; only for those that go before the relay's. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<number>;
  /** Ends both directions; operations under way reject. */
  close(): void;
}

/** Where clients arrive; `Deno.TcpListener` is one. */
export interface Acceptor<Conn extends Connected = Connected> {
  /** The next client's connection; rejects once the acceptor is closed. */
  accept(): Promise<Conn>;
  /** Whether a client that may be there is kept waiting, so that others have their turn. */
  readonly isHeldBack?: boolean;
  /** Stops listening; a pending {@linkcode Acceptor.accept} rejects. */
  close(): void;
}

/** Whom a relay tells of what happens. */
export interface RelayHost<Conn extends Connected = Connected> {
  /** Is told of the bytes. */
  readonly meter: Meter;
  /**
   * Is told that the server reset the connection before its first byte, and gives another one.
   *
   * @param keptBytes How many bytes of the client's are at hand for another; null where they were
   * too many to be kept.
   * @returns the other server, or null where there is none.
   */
  lost(keptBytes: number | null): Promise<Conn | null>;
  /** Both directions have ended, and both ends are closed; told once. */
  ended(): void;
}

/** Who is told what becomes of an attempt to connect: one of the two, once. */
export interface ConnectHost<Conn extends Connected = Connected> {
  /** There is a connection. */
  connected(conn: Conn): void;
  /** There is none, and nothing is left behind. */
  failed(error: unknown): void;
}

/**
 * A way to move bytes. The connections given to it come from the same engine.
 *
 * It tells what happens by calls, not by promises: with thousands of connections a second these would
 * cost more than all else that is done for one.
 */
export interface Engine<Conn extends Connected = Connected> {
  readonly name: EngineName;
  /** Listens beside the other workers, which share the port. */
  listen(at: Endpoint): Acceptor<Conn>;
  /**
   * Connects; fails when the signal aborts first. The host may be told before this returns.
   *
   * @param to An object that stays the same as long as the server is meant.
   */
  connect(to: Endpoint, signal: AbortSignal, host: ConnectHost<Conn>): void;
  /**
   * Moves bytes until both directions have ended and closes both ends. The host may be told before
   * this returns.
   */
  relay(client: Conn, server: Conn, host: RelayHost<Conn>): void;
  /**
   * Has the kernel ask both sides of a connection that has fallen silent whether they are still there;
   * one that is not ends it. Connections that never fall silent need not be asked.
   *
   * @returns false where that could not be done now and is to be tried again later.
   */
  keepAlive(client: Conn, server: Conn): boolean;
  /**
   * Ends a connection so that the other side sees that it did not end well (RST), where the system
   * allows it; one that is closed already stays so.
   *
   * @param beside A connection that was opened at about the same time, where there is one.
   */
  abort(conn: Conn, beside?: Conn): void;
  /**
   * Resolves when the thread has dealt with all that is ready now: only after that it is known that
   * something has not come, and not only not been read.
   */
  turn(): Promise<void>;
  /**
   * Gives back what it has; whatever is still open ends at once. To be called before its thread ends:
   * what an engine took from the system by itself, nobody else gives back.
   */
  close(): Promise<void>;
}

/** What an engine needs. */
export interface EngineOptions {
  readonly clock: Clock;
  /** How many connections it is to carry at most. */
  readonly maxConnections: number;
  /** How many threads carry connections: of what they share, each has its part. */
  readonly threads: number;
  /** Takes warnings for the log, one line each. */
  readonly warn: (message: string) => void;
}

/**
 * How many clients may wait to be accepted: more than any system allows (`net.core.somaxconn`), so
 * that the administrator's limit counts. Deno's own 511 fill up while a worker is busy for a moment;
 * over the limit the kernel loses a client's packets, which costs it seconds.
 */
export const acceptQueueLength = 65_535;
