import type { Acceptor, Endpoint } from "../engine.ts";
import { linux } from "../libc.ts";
import {
  decodeSocketAddress,
  encodeSocketAddress,
  socketAddressBytes,
} from "../../../lib/net/socket_address.ts";
import type { Unfinished, Watcher } from "./event_loop.ts";
import { EpollSocket, sendAtOnce, type SocketContext } from "./socket.ts";
import type { System } from "./system.ts";

/** Clients taken before those that are connected have their turn. */
const mostAtOnce = 32;

const on = Int32Array.of(1);

/** What is called when the kernel refuses; the socket is closed first. */
function listeningSocket(system: System, at: Endpoint, backlog: number): number {
  const { libc } = system;
  const address = encodeSocketAddress(at);
  const type = linux.SOCK_STREAM | linux.SOCK_NONBLOCK | linux.SOCK_CLOEXEC;
  const fd = system.resultOf(libc.socket(address[0] ?? 0, type, 0));
  if (fd < 0) throw system.errorOf(fd);
  for (const option of [linux.SO_REUSEADDR, linux.SO_REUSEPORT]) {
    libc.setsockopt(fd, linux.SOL_SOCKET, option, on, on.byteLength);
  }
  // Linux hands it down to the sockets of those who connect.
  sendAtOnce(system, fd);
  const bound = system.resultOf(libc.bind(fd, address, address.length));
  const result = bound < 0 ? bound : system.resultOf(libc.listen(fd, backlog));
  if (result === 0) return fd;
  const error = system.errorOf(result);
  libc.close(fd);
  throw error;
}

/** Where clients of the epoll engine arrive. */
export class EpollAcceptor implements Acceptor, Watcher, Unfinished {
  readonly #context: SocketContext;
  readonly #fd: number;
  readonly #name = new Uint8Array(socketAddressBytes);
  readonly #length = new Uint32Array(1);
  #waiting: PromiseWithResolvers<EpollSocket> | null = null;
  /** Whether somebody may be in the kernel's queue. */
  #mayAccept = true;
  #taken = 0;
  #isOpen = true;

  /**
   * Listens on a port that others may share (SO_REUSEPORT). The IPv6 socket of all addresses serves
   * IPv4 as well, unless the system is set otherwise (ipv6(7), `IPV6_V6ONLY`).
   *
   * @param backlog How many clients may wait to be accepted.
   * @throws {Error} If the system refuses; the `code` says why.
   */
  constructor(context: SocketContext, at: Endpoint, backlog: number) {
    this.#context = context;
    this.#fd = listeningSocket(context.system, at, backlog);
    context.loop.watch(this.#fd, linux.EPOLLIN | linux.EPOLLET, this);
  }

  /** The next client's connection; rejects once the acceptor is closed. */
  accept(): Promise<EpollSocket> {
    if (!this.#isOpen) return Promise.reject(closed());
    const waiting = Promise.withResolvers<EpollSocket>();
    this.#waiting = waiting;
    if (this.#taken < mostAtOnce) this.#serve();
    else this.#context.loop.later(this);
    return waiting.promise;
  }

  /** Clients have come. */
  ready(): void {
    this.#mayAccept = true;
    this.resume();
  }

  /** The others have had their turn. */
  resume(): void {
    this.#taken = 0;
    this.#serve();
  }

  /** Stops listening; a pending accept rejects. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#context.loop.forget(this.#fd);
    this.#context.system.libc.close(this.#fd);
    this.#waiting?.reject(closed());
    this.#waiting = null;
  }

  /** Gives the one who waits a client, if there is one. */
  #serve(): void {
    const waiting = this.#waiting;
    if (waiting === null || !this.#mayAccept || !this.#isOpen) return;
    const { system, loop } = this.#context;
    const fd = this.#accept();
    if (fd === -linux.EAGAIN) {
      this.#mayAccept = false;
      return;
    }
    this.#waiting = null;
    this.#taken++;
    loop.promised();
    if (fd < 0) return waiting.reject(system.errorOf(fd));
    const remoteAddr = decodeSocketAddress(this.#name);
    // Most clients speak first, and have spoken by now.
    waiting.resolve(new EpollSocket(this.#context, fd, { remoteAddr, mayRead: true }));
  }

  /** The descriptor of the next client who is still there, or a negative error number. */
  #accept(): number {
    const { system } = this.#context;
    const { libc, resultOf } = system;
    const flags = linux.SOCK_NONBLOCK | linux.SOCK_CLOEXEC;
    const fd = resultOf(libc.accept4(this.#fd, null, null, flags));
    if (fd < 0) return fd;
    this.#length[0] = socketAddressBytes;
    // Unlike accept4(2), it does not name a client that has reset the connection (ENOTCONN): no
    // server is to be troubled with it.
    const named = resultOf(libc.getpeername(fd, this.#name, this.#length));
    if (named < 0) libc.close(fd);
    return named < 0 ? named : fd;
  }
}

function closed(): Error {
  return new Deno.errors.BadResource("Listener has been closed");
}
