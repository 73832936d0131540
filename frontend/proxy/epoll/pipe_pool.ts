import { linux } from "../libc.ts";
import type { System } from "./system.ts";

/** A pipe through which the kernel moves bytes from one socket to another (splice(2)). */
export interface Pipe {
  /** The descriptor that is read from. */
  readonly from: number;
  /** The descriptor that is written to. */
  readonly into: number;
}

/** What a smaller pipe costs in calls is more than it saves in copying, in bytes. */
const leastBytes = 64 * 1024;

/**
 * Pipes that are used again and again, and their number is limited.
 *
 * A user without privileges may have so many large pipes (`pipe-user-pages-soft` in pipe(7)), and a
 * process so many descriptors: with neither to be had there is no pipe, and bytes can be copied.
 */
export class PipePool {
  /** What a pipe is given at once at most, in bytes; fewer and larger moves cost less. */
  readonly bytes: number;
  readonly #system: System;
  #most: number;
  #count = 0;
  readonly #free: Pipe[] = [];

  /** Makes an empty pool of at most `most` pipes, of `bytes` bytes where the system allows that. */
  constructor(system: System, { bytes, most }: { readonly bytes: number; readonly most: number }) {
    this.#system = system;
    this.bytes = bytes;
    this.#most = most;
  }

  /** An empty pipe for the caller alone; null where there is none to be had. */
  take(): Pipe | null {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#count >= this.#most) return null;
    const pipe = this.#open();
    // Asking again each time would cost more than copying.
    if (pipe === null) this.#most = this.#count;
    else this.#count++;
    return pipe;
  }

  /** Gives a pipe back, which must be empty. */
  give(pipe: Pipe): void {
    if (this.#count > this.#most) this.discard(pipe);
    else this.#free.push(pipe);
  }

  /** Closes a pipe that was taken, and with it what is in it. */
  discard(pipe: Pipe): void {
    this.#count--;
    this.#close(pipe);
  }

  /** Closes a pipe that was taken and is of no use, as all others are: no more are given out. */
  refuse(pipe: Pipe): void {
    this.discard(pipe);
    this.close();
    this.#most = 0;
  }

  /** Closes the pipes that are not in use. */
  close(): void {
    for (let pipe; (pipe = this.#free.pop()) !== undefined;) this.discard(pipe);
  }

  #open(): Pipe | null {
    const { libc, resultOf } = this.#system;
    const descriptors = new Int32Array(2);
    const flags = linux.O_NONBLOCK | linux.O_CLOEXEC;
    if (libc.pipe2(descriptors, flags) !== 0) return null;
    const [from = -1, into = -1] = descriptors;
    libc.fcntl(into, linux.F_SETPIPE_SZ, this.bytes);
    if (resultOf(libc.fcntl(into, linux.F_GETPIPE_SZ, 0)) >= leastBytes) return { from, into };
    this.#close({ from, into });
    return null;
  }

  #close({ from, into }: Pipe): void {
    this.#system.libc.close(from);
    this.#system.libc.close(into);
  }
}
