import type { DenseSet } from "../dense_set.ts";
import type { Connected, Endpoint } from "../engine.ts";
import { setKeepAlive } from "../engine/keep_alive.ts";
import { linux, unspecified } from "../libc.ts";
import { decodeSocketAddress, socketAddressBytes } from "../../../lib/net/socket_address.ts";
import type { EventLoop, Watcher } from "./event_loop.ts";
import type { Pipe } from "./pipe_pool.ts";
import type { System } from "./system.ts";

/** Who is told of what happens to a socket. */
export interface SocketOwner {
  /** There may be something to read, or room to write. */
  stirred(): void;
  /** It was closed by somebody else. */
  closed(socket: EpollSocket): void;
}

/** What a socket needs of its thread. */
export interface SocketContext {
  readonly system: System;
  readonly loop: EventLoop;
  /** All sockets that are open. */
  readonly open: DenseSet<EpollSocket>;
}

const { EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP, EPOLLRDHUP, EPOLLET } = linux;

/** What is always watched for. */
const arrivals = EPOLLIN | EPOLLRDHUP | EPOLLET;
/** The same, and that there is room to write again. */
export const allEvents = arrivals | EPOLLOUT;

const spliceFlags = linux.SPLICE_F_MOVE | linux.SPLICE_F_NONBLOCK;

/** Allows every message to be sent at once. */
const on = Int32Array.of(1);

/** Sets TCP_NODELAY on a socket that is not connected yet, or on one that listens, for its clients. */
export function sendAtOnce({ libc }: System, fd: number): void {
  libc.setsockopt(fd, linux.IPPROTO_TCP, linux.TCP_NODELAY, on, on.byteLength);
}

/**
 * A connection of the epoll engine.
 *
 * Its events are edge-triggered: what the kernel told is remembered here until a read or a write says
 * that it is no longer so.
 */
export class EpollSocket implements Connected, Watcher {
  readonly remoteAddr: Endpoint;
  /** Its place among the open sockets. */
  place = -1;
  /** Whether a read may give something. */
  mayRead: boolean;
  /** Whether a write may take something. */
  mayWrite = true;
  /** Whether the other side has finished or is gone: reads go on until they say which. */
  isEnding = false;
  /** Who uses it. */
  owner: SocketOwner | null = null;
  readonly #context: SocketContext;
  readonly #fd: number;
  #watchedFor = 0;
  /** The last move out of a pipe gave less than all, and did not say why. */
  #wasShort = false;
  #isOpen = true;

  /**
   * Takes over a descriptor.
   *
   * @param isWatched Whether the loop watches it already, for all events.
   * @param mayRead Whether it is worth trying to read before there was an event.
   */
  constructor(
    context: SocketContext,
    fd: number,
    { remoteAddr, isWatched = false, mayRead = false }: {
      readonly remoteAddr: Endpoint;
      readonly isWatched?: boolean;
      readonly mayRead?: boolean;
    },
  ) {
    this.#context = context;
    this.#fd = fd;
    this.remoteAddr = remoteAddr;
    this.mayRead = mayRead;
    this.#watchedFor = isWatched ? allEvents : 0;
    context.open.add(this);
    if (isWatched) context.loop.entrust(fd, this);
  }

  /** Whether it was not closed yet. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The address of this side. */
  get localAddr(): Endpoint {
    const { libc } = this.#context.system;
    const name = new Uint8Array(socketAddressBytes);
    libc.getsockname(this.#fd, name, Uint32Array.of(socketAddressBytes));
    return decodeSocketAddress(name);
  }

  /** Is so for every socket of this engine from its beginning. */
  setNoDelay(): void {}

  /** Begins to watch for what the other side sends. */
  watch(): void {
    if (this.#watchedFor === 0) this.#watchFor(arrivals);
  }

  #watchFor(events: number): void {
    if (this.#watchedFor === 0) this.#context.loop.watch(this.#fd, events, this);
    else if (this.#watchedFor !== events) this.#context.loop.change(this.#fd, events);
    this.#watchedFor = events;
  }

  /** Takes note of what the kernel tells. */
  ready(events: number): void {
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) this.mayRead = true;
    if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) this.mayWrite = true;
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) this.isEnding = true;
    this.owner?.stirred();
  }

  /**
   * Reads what there is, up to `most` bytes.
   *
   * @returns how many bytes, 0 at the end of what the other side sends, or a negative error number;
   * −EAGAIN where there is nothing yet.
   */
  receive(buffer: Uint8Array<ArrayBuffer>, most: number): number {
    const { system } = this.#context;
    const result = system.resultOf(system.libc.recv(this.#fd, buffer, most, 0));
    // A read that was not filled has emptied the socket: what comes later is an event (epoll(7)).
    if (result === -linux.EAGAIN || (result > 0 && result < most && !this.isEnding)) {
      this.mayRead = false;
    }
    return result;
  }

  /**
   * Writes what can be taken at once of the first `length` bytes.
   *
   * @returns how many bytes, or a negative error number; −EAGAIN where there is no room.
   */
  send(bytes: Uint8Array<ArrayBuffer>, length: number): number {
    const { system } = this.#context;
    const flags = linux.MSG_NOSIGNAL;
    const result = system.resultOf(system.libc.send(this.#fd, bytes, length, flags));
    if (result === -linux.EAGAIN || (result >= 0 && result < length)) this.#becameFull();
    return result;
  }

  /**
   * Moves what there is into an empty pipe, up to `most` bytes.
   *
   * @returns how many bytes, 0 at the end of what the other side sends, or a negative error number;
   * −EAGAIN where there is nothing yet.
   */
  fill(pipe: Pipe, most: number): number {
    const { system } = this.#context;
    const returned = system.libc.splice(this.#fd, null, pipe.into, null, most, spliceFlags);
    const result = system.resultOf(returned);
    // A pipe may be full before the socket is empty: only this tells.
    if (result === -linux.EAGAIN) this.mayRead = false;
    return result;
  }

  /**
   * Sends what can be taken at once of the `length` bytes that are in a pipe.
   *
   * Fewer bytes than that do not say why: it may be called again at once, and tells.
   *
   * @returns how many bytes, or a negative error number; −EAGAIN where there is no room.
   */
  drain(pipe: Pipe, length: number): number {
    const { system } = this.#context;
    const returned = system.libc.splice(pipe.from, null, this.#fd, null, length, spliceFlags);
    const result = system.resultOf(returned);
    if (result === -linux.EAGAIN) this.#becameFull();
    // A call that moved some bytes before it met a reset keeps the reset to itself, and Linux tells of
    // it once. Only a side that has finished before makes a broken pipe of it (tcp_reset()).
    const isReset = result === -linux.EPIPE && this.#wasShort && !this.isEnding;
    this.#wasShort = result > 0 && result < length;
    return isReset ? -linux.ECONNRESET : result;
  }

  #becameFull(): void {
    this.mayWrite = false;
    this.#watchFor(allEvents);
  }

  /** Writes the first bytes of a connection, for which a socket has room. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
    const result = this.send(bytes, bytes.length);
    this.#context.loop.promised();
    if (result >= 0) return Promise.resolve(result);
    return Promise.reject(this.#context.system.errorOf(result));
  }

  /** Tells the other side that nothing more will be sent (FIN). */
  finish(): void {
    this.#context.system.libc.shutdown(this.#fd, linux.SHUT_WR);
  }

  /** Has the kernel ask the other side now and then whether it is still there. */
  keepAlive(): void {
    if (this.#isOpen) setKeepAlive(this.#context.system.libc, this.#fd);
  }

  /** Closes the connection, once. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#context.open.delete(this);
    if (this.#watchedFor !== 0) this.#context.loop.forget(this.#fd);
    this.#context.system.libc.close(this.#fd);
    this.owner?.closed(this);
  }

  /** Ends the connection with a reset (RST) and closes it, once. */
  abort(): void {
    if (!this.#isOpen) return;
    this.#context.system.libc.connect(this.#fd, unspecified, unspecified.length);
    this.close();
  }
}
