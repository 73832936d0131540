import type { DatagramSocket } from "../lib/net/datagram_socket.ts";
import { type InterfaceAddress, isLoopback } from "../lib/net/interfaces.ts";
import { receiveDatagrams } from "../lib/net/receive_datagrams.ts";
import type { Endpoint } from "../lib/net/endpoint.ts";

/** How unicast sockets are opened and heard. */
export interface UnicastSocketsOptions {
  /** Opens a socket on an address; null where another program holds it, or it has just gone. */
  readonly open: (address: string) => DatagramSocket | null;
  /** Told of a socket that is closed. */
  readonly closed: (socket: DatagramSocket) => void;
  /** Takes a datagram that came to an address. The bytes are only valid until it returns. */
  readonly take: (datagram: Uint8Array, from: Endpoint, address: string) => void;
  readonly failed: (reason: string) => void;
}

/** A machine with more addresses has them for something else, such as a cluster's services. */
const mostAddresses = 64;

/** How long an address that was given up is left to whom it was given, in microseconds. */
const givenUpForMicros = 1_000_000;

interface OpenSocket {
  readonly socket: DatagramSocket;
  readonly receiving: Promise<void>;
}

/**
 * A socket on each of the machine's addresses that no other program holds, for probes by unicast.
 *
 * A front end of the same machine holds the addresses that it probes from, and another agent may hold
 * them all; what they leave is taken up at the next look.
 */
export class UnicastSockets {
  readonly #options: UnicastSocketsOptions;
  readonly #sockets = new Map<string, OpenSocket>();
  readonly #closing = new Set<Promise<void>>();
  readonly #givenUp = new Map<string, number>();

  /** Makes them without opening any. */
  constructor(options: UnicastSocketsOptions) {
    this.#options = options;
  }

  /** The addresses that are held, in no order. */
  get addresses(): string[] {
    return [...this.#sockets.keys()];
  }

  /** The socket on an address, if it is held. */
  at(address: string): DatagramSocket | undefined {
    return this.#sockets.get(address)?.socket;
  }

  /**
   * Opens sockets on addresses that have come or become free, and closes those on addresses that went.
   *
   * @param all The machine's addresses.
   * @param nowMicros Monotonic microseconds.
   */
  async follow(all: readonly InterfaceAddress[], nowMicros: number): Promise<void> {
    const wanted = addressesToHold(all);
    for (const address of this.addresses) if (!wanted.includes(address)) this.#close(address);
    for (const [address, until] of this.#givenUp) {
      if (nowMicros >= until) this.#givenUp.delete(address);
    }
    // A socket that is being heard is free only when the hearing has ended.
    await Promise.all(this.#closing);
    for (const address of wanted) {
      if (!this.#sockets.has(address) && !this.#givenUp.has(address)) this.#open(address);
    }
  }

  /**
   * Gives an address up for a moment, for a front end of this machine that asks for it; resolves when
   * it is free.
   */
  async giveUp(address: string, nowMicros: number): Promise<void> {
    this.#givenUp.set(address, nowMicros + givenUpForMicros);
    this.#close(address);
    await Promise.all(this.#closing);
  }

  #open(address: string): void {
    const { open, take, failed } = this.#options;
    const socket = open(address);
    if (socket === null) return;
    const receiving = receiveDatagrams(socket.connection, {
      take: (datagram, from) => take(datagram, from, address),
      failed,
    });
    this.#sockets.set(address, { socket, receiving });
  }

  #close(address: string): void {
    const open = this.#sockets.get(address);
    if (open === undefined) return;
    this.#sockets.delete(address);
    this.#options.closed(open.socket);
    open.socket.close();
    this.#closing.add(open.receiving);
    open.receiving.then(() => this.#closing.delete(open.receiving));
  }

  /** Closes all; resolves when nothing more is taken. */
  async close(): Promise<void> {
    for (const address of this.addresses) this.#close(address);
    await Promise.all(this.#closing);
  }
}

/** The loopback address first, by which a front end of this machine passes probes on. */
function addressesToHold(all: readonly InterfaceAddress[]): string[] {
  const own = all.filter(({ family }) => family === "IPv4").map(({ address }) => address);
  const ordered = [...own.filter(isLoopback), ...own.filter((address) => !isLoopback(address))];
  return [...new Set(ordered)].slice(0, mostAddresses);
}
