import { setImmediate } from "node:timers";
import { linux } from "../libc.ts";
import { type EventLayout, eventLayout } from "./event_layout.ts";
import type { System } from "./system.ts";

/** What is told of the events of a descriptor. */
export interface Watcher {
  /** @param events The mask of what there is: `EPOLLIN` and so on (epoll_ctl(2)). */
  ready(events: number): void;
}

/** What has given way to others and is to go on. */
export interface Unfinished {
  resume(): void;
}

/** Events taken at once. */
const mostEvents = 256;
/**
 * How long this thread waits for events itself before another one does, in milliseconds: that costs
 * more than most events do. Timers and messages are so much late at most.
 */
const shortWaitMs = 2;
/** How long another thread waits for events at most, in milliseconds. */
const longestWaitMs = 1_000;
/** Asynchronous functions that stand between a promise and who acts on it, at most; a few more. */
const longestChain = 8;
/** Steps of such chains in a row, before there are events again. */
const mostSteps = 64;
/** Rounds without a turn of JavaScript's own event loop: timers and messages wait for one. */
const roundsPerTurn = 16;

/** Lets promises, timers and messages have their turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Tells watchers what happens to their descriptors (epoll(7)), for as long as there are any.
 *
 * While there is something to do the thread asks the kernel and goes on; when there is nothing for a
 * moment it lets another thread wait, so that its own timers and messages go on as well.
 */
export class EventLoop {
  readonly #system: System;
  readonly #layout: EventLayout;
  readonly #epoll: number;
  /** An eventfd: a write to it ends a wait. */
  readonly #bell: number;
  /**
   * Where the kernel puts events. It is not JavaScript's memory: were this thread ended from outside,
   * the one that waits would write there still.
   */
  readonly #memory: Deno.PointerObject;
  readonly #events: Int32Array;
  readonly #scratch = new Int32Array(4);
  readonly #watchers: (Watcher | undefined)[] = [];
  /** By descriptor: an event of the last one that had the same number bears another serial. */
  readonly #serials: number[] = [];
  #lastSerial = 0;
  #watched = 0;
  #unfinished: Unfinished[] = [];
  #isAsleep = false;
  #hasPromised = false;
  /** As many events were taken at the last time as can be at once. */
  #mayHaveMore = false;
  #running: Promise<void> | null = null;

  /**
   * Opens an epoll set.
   *
   * @throws {Error} If the system has none to give, or its events are of an unknown layout.
   */
  constructor(system: System) {
    this.#layout = eventLayout(Deno.build.arch);
    const { libc } = this.#system = system;
    const memory = libc.calloc(mostEvents, this.#layout.words * 4);
    if (memory === null) throw new Error("There is no memory for events");
    this.#memory = memory;
    const bytes = mostEvents * this.#layout.words * 4;
    this.#events = new Int32Array(Deno.UnsafePointerView.getArrayBuffer(memory, bytes));
    this.#epoll = this.#must(libc.epoll_create1(linux.EPOLL_CLOEXEC));
    this.#bell = this.#must(libc.eventfd(0, linux.EFD_CLOEXEC | linux.EFD_NONBLOCK));
    // Edge-triggered: each ring is an event of its own, and nobody has to read the bell.
    this.#control(linux.EPOLL_CTL_ADD, this.#bell, linux.EPOLLIN | linux.EPOLLET);
  }

  /**
   * Begins to watch a descriptor; `watcher` is told of its events.
   *
   * @throws {Error} If the system watches no more for this user (`max_user_watches` in epoll(7)).
   */
  watch(fd: number, events: number, watcher: Watcher): void {
    this.#lastSerial = (this.#lastSerial + 1) | 0;
    this.#serials[fd] = this.#lastSerial;
    this.#control(linux.EPOLL_CTL_ADD, fd, events);
    this.#watchers[fd] = watcher;
    this.#watched++;
    this.#running ??= this.#run();
  }

  /** Changes which events of a watched descriptor are told of; those that are already there, too. */
  change(fd: number, events: number): void {
    this.#control(linux.EPOLL_CTL_MOD, fd, events);
  }

  /** Hands a watched descriptor on to another watcher. */
  entrust(fd: number, watcher: Watcher): void {
    this.#watchers[fd] = watcher;
  }

  /** Lets go of a watched descriptor, which is to be closed at once: that takes it out of the set. */
  forget(fd: number): void {
    this.#watchers[fd] = undefined;
    this.#serials[fd] = 0;
    this.#watched--;
    if (this.#watched === 0) this.#wake();
  }

  /** Calls something again when the others had their turn. */
  later(unfinished: Unfinished): void {
    this.#unfinished.push(unfinished);
    this.#wake();
  }

  /** Resolves when all events that there are now have been told of. */
  turn(): Promise<void> {
    if (this.#running === null) return Promise.resolve();
    return new Promise((resolve) => {
      let rounds = 0;
      const last = {
        resume: () => {
          // The events of the first round may have been taken before the turn began.
          if (++rounds === 1 || this.#mayHaveMore) return this.later(last);
          this.promised();
          resolve();
        },
      };
      this.later(last);
    });
  }

  /** To be called by watchers that settled a promise: it is followed up before the next events. */
  promised(): void {
    this.#hasPromised = true;
  }

  /** Gives everything back; all descriptors must have been forgotten. */
  async close(): Promise<void> {
    // Whoever watches over this thread was told if it failed.
    await this.#running?.catch(() => {});
    const { libc } = this.#system;
    libc.close(this.#bell);
    libc.close(this.#epoll);
    libc.free(this.#memory);
  }

  #must(returned: number): number {
    const result = this.#system.resultOf(returned);
    if (result < 0) throw this.#system.errorOf(result);
    return result;
  }

  #control(operation: number, fd: number, events: number): void {
    const event = this.#scratch;
    event[0] = events;
    event[this.#layout.data] = fd;
    event[this.#layout.data + 1] = this.#serials[fd] ?? 0;
    this.#must(this.#system.libc.epoll_ctl(this.#epoll, operation, fd, event));
  }

  #wake(): void {
    if (this.#isAsleep) this.#system.libc.eventfd_write(this.#bell, 1n);
  }

  async #run(): Promise<void> {
    // Whoever began to watch something finishes that first.
    await turn();
    for (let round = 1; this.#watched > 0; round++) {
      const count = this.#take(0) || await this.#wait();
      this.#mayHaveMore = count === mostEvents;
      this.#tell(count);
      this.#goOn();
      if (round % roundsPerTurn === 0) await turn();
      if (this.#hasPromised) await this.#followUp();
    }
    this.#running = null;
  }

  /**
   * Lets those go on who were promised something, which may promise more, such as the next client.
   * That takes no turn of JavaScript's own event loop, which costs more than most events do.
   */
  async #followUp(): Promise<void> {
    for (let step = 0, quiet = 0; quiet < longestChain && step < mostSteps; step++) {
      quiet = this.#hasPromised ? 0 : quiet + 1;
      this.#hasPromised = false;
      await Promise.resolve();
    }
  }

  /** The number of events that there are now, or within so many milliseconds. */
  #take(timeoutMs: number): number {
    const { libc } = this.#system;
    const returned = libc.epoll_wait(this.#epoll, this.#memory, mostEvents, timeoutMs);
    const result = this.#system.resultOf(returned);
    return result === -linux.EINTR ? 0 : this.#must(result);
  }

  /** Waits for events; gives their number, which may be 0. */
  async #wait(): Promise<number> {
    if (this.#unfinished.length > 0) return 0;
    await turn();
    if (this.#unfinished.length > 0 || this.#watched === 0) return 0;
    return this.#take(shortWaitMs) || await this.#waitAside();
  }

  async #waitAside(): Promise<number> {
    const { libc } = this.#system;
    this.#isAsleep = true;
    const count = await libc.epoll_wait_aside(
      this.#epoll,
      this.#memory,
      mostEvents,
      longestWaitMs,
    );
    this.#isAsleep = false;
    // What failed there fails here as well, where it can be told why.
    return Math.max(count, 0);
  }

  #tell(count: number): void {
    const { words, data } = this.#layout;
    const events = this.#events;
    for (let at = 0; at < count * words; at += words) {
      const fd = events[at + data] ?? 0;
      // One that was told before in this round may have closed it.
      if (events[at + data + 1] !== this.#serials[fd]) continue;
      this.#watchers[fd]?.ready(events[at] ?? 0);
    }
  }

  #goOn(): void {
    if (this.#unfinished.length === 0) return;
    const unfinished = this.#unfinished;
    this.#unfinished = [];
    for (const one of unfinished) one.resume();
  }
}
