import { DenseSet } from "../dense_set.ts";
import type { ConnectHost, Endpoint } from "../engine.ts";
import { linux } from "../libc.ts";
import { encodeSocketAddress } from "../../../lib/net/socket_address.ts";
import type { Watcher } from "./event_loop.ts";
import { allEvents, EpollSocket, sendAtOnce, type SocketContext } from "./socket.ts";
import type { System } from "./system.ts";

/** A connection that is being made. */
class Connecting implements Watcher {
  /** Its place among those that end with the same signal. */
  place = -1;
  readonly #context: SocketContext;
  readonly #fd: number;
  readonly #to: Endpoint;
  readonly #host: ConnectHost<EpollSocket>;
  readonly #others: DenseSet<Connecting>;

  constructor(
    context: SocketContext,
    fd: number,
    { to, host, others }: {
      readonly to: Endpoint;
      readonly host: ConnectHost<EpollSocket>;
      readonly others: DenseSet<Connecting>;
    },
  ) {
    this.#context = context;
    this.#fd = fd;
    this.#to = to;
    this.#host = host;
    this.#others = others;
    context.loop.watch(fd, allEvents, this);
    others.add(this);
  }

  ready(events: number): void {
    const { system } = this.#context;
    this.#others.delete(this);
    const result = events & (linux.EPOLLERR | linux.EPOLLHUP) ? pendingError(system, this.#fd) : 0;
    if (result < 0) {
      this.#close();
      return this.#host.failed(system.errorOf(result));
    }
    const options = { remoteAddr: this.#to, isWatched: true };
    const socket = new EpollSocket(this.#context, this.#fd, options);
    socket.ready(events);
    this.#host.connected(socket);
  }

  /** Gives the attempt up. */
  abort(reason: unknown): void {
    this.#others.delete(this);
    this.#close();
    this.#host.failed(reason);
  }

  #close(): void {
    const { system, loop } = this.#context;
    loop.forget(this.#fd);
    system.libc.close(this.#fd);
  }
}

/** Why a socket failed (SO_ERROR, socket(7)), as a negative error number; 0 where it did not. */
function pendingError({ libc }: System, fd: number): number {
  const error = new Int32Array(1);
  const length = Uint32Array.of(error.byteLength);
  libc.getsockopt(fd, linux.SOL_SOCKET, linux.SO_ERROR, error, length);
  return -(error[0] ?? 0);
}

/** Makes connections for one thread. */
export class Connector {
  readonly #context: SocketContext;
  /** Attempts under way, by the signal that they share. */
  readonly #bySignal = new WeakMap<AbortSignal, DenseSet<Connecting>>();
  /** Endpoints in the kernel's form; whoever connects often gives the same object. */
  readonly #addresses = new WeakMap<Endpoint, Uint8Array<ArrayBuffer>>();
  readonly #underWay = new Set<DenseSet<Connecting>>();
  #isClosed = false;

  /** Makes connections that a loop watches. */
  constructor(context: SocketContext) {
    this.#context = context;
  }

  /** Connects; fails, and leaves nothing behind, when the signal aborts first. */
  connect(to: Endpoint, signal: AbortSignal, host: ConnectHost<EpollSocket>): void {
    if (signal.aborted) return host.failed(signal.reason);
    if (this.#isClosed) return host.failed(givenUp());
    const { system } = this.#context;
    const { libc } = system;
    const address = this.#address(to);
    const type = linux.SOCK_STREAM | linux.SOCK_NONBLOCK | linux.SOCK_CLOEXEC;
    const fd = system.resultOf(libc.socket(address[0] ?? 0, type, 0));
    if (fd < 0) return host.failed(system.errorOf(fd));
    sendAtOnce(system, fd);
    const result = system.resultOf(libc.connect(fd, address, address.length));
    if (result === 0) {
      return host.connected(new EpollSocket(this.#context, fd, { remoteAddr: to }));
    }
    if (result === -linux.EINPROGRESS) return this.#await(fd, { to, signal, host });
    libc.close(fd);
    host.failed(system.errorOf(result));
  }

  #await(
    fd: number,
    { to, signal, host }: {
      readonly to: Endpoint;
      readonly signal: AbortSignal;
      readonly host: ConnectHost<EpollSocket>;
    },
  ): void {
    try {
      new Connecting(this.#context, fd, { to, host, others: this.#sharing(signal) });
    } catch (error) {
      this.#context.system.libc.close(fd);
      host.failed(error);
    }
  }

  /** Gives up all attempts that are under way. */
  close(): void {
    // Whoever is told that an attempt failed may want to make another.
    this.#isClosed = true;
    for (const attempts of this.#underWay) abortAll(attempts, givenUp());
  }

  #address(to: Endpoint): Uint8Array<ArrayBuffer> {
    const known = this.#addresses.get(to);
    if (known) return known;
    const address = encodeSocketAddress(to);
    this.#addresses.set(to, address);
    return address;
  }

  /** The attempts that end with a signal; it is listened to once for all of them. */
  #sharing(signal: AbortSignal): DenseSet<Connecting> {
    const known = this.#bySignal.get(signal);
    if (known) return known;
    const attempts = new DenseSet<Connecting>();
    this.#bySignal.set(signal, attempts);
    this.#underWay.add(attempts);
    signal.addEventListener("abort", () => {
      this.#underWay.delete(attempts);
      abortAll(attempts, signal.reason);
    }, { once: true });
    return attempts;
  }
}

function givenUp(): DOMException {
  return new DOMException("", "AbortError");
}

function abortAll(attempts: DenseSet<Connecting>, reason: unknown): void {
  for (const attempt of attempts) attempt.abort(reason);
}
