/** How often to look whether a lock is free before the thread sleeps. */
const looks = 100;
/** How long it sleeps at most, in milliseconds; whoever lets go wakes it. */
const longestSleepMs = 1;

/**
 * A lock between threads in one element of shared memory, for work of a microsecond: 0 while nobody
 * holds it, else one more than the number of the thread that does.
 */
export class SharedLock {
  readonly #cells: Int32Array;
  readonly #at: number;
  readonly #holder: number;

  /**
   * Opens the lock for one thread.
   *
   * @param cells Elements of a `SharedArrayBuffer`.
   * @param at Which of them is the lock.
   * @param thread The thread's number, 0 or more.
   */
  constructor(cells: Int32Array, at: number, thread: number) {
    this.#cells = cells;
    this.#at = at;
    this.#holder = thread + 1;
  }

  /** Does something while no other thread does the like. It must not wait for anything. */
  hold<Value>(work: () => Value): Value {
    this.#take();
    try {
      return work();
    } finally {
      Atomics.store(this.#cells, this.#at, 0);
      Atomics.notify(this.#cells, this.#at, 1);
    }
  }

  /** Lets go for this thread, after it died with the lock in its hand. */
  breakOpen(): void {
    Atomics.compareExchange(this.#cells, this.#at, this.#holder, 0);
    Atomics.notify(this.#cells, this.#at, 1);
  }

  #take(): void {
    for (let look = 1;; look++) {
      const held = Atomics.compareExchange(this.#cells, this.#at, 0, this.#holder);
      if (held === 0) return;
      if (look % looks === 0) Atomics.wait(this.#cells, this.#at, held, longestSleepMs);
    }
  }
}
