/** The part of the timeout during which attempts share one signal. */
const slices = 10;

/**
 * Abort signals for attempts that all have the same time limit.
 *
 * A timer for every attempt costs more than the attempt's share of one: all that begin within the
 * same tenth of the limit share a signal, which aborts once the last of them has had its full time.
 * So each has at least `timeoutMs` and at most a tenth more.
 */
export class SharedTimeout implements Disposable {
  readonly #timeoutMs: number;
  readonly #timers = new Map<AbortController, ReturnType<typeof setTimeout>>();
  #signal: AbortSignal | null = null;
  #sharedUntil = 0;
  #isOver = false;

  /** Makes signals that abort `timeoutMs` milliseconds, up to a tenth more, after they are given. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Whether it was disposed of: signals abort then without the time being up. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The signal for an attempt that begins `now`, in monotonic milliseconds. */
  signal(now: number): AbortSignal {
    if (this.#signal === null || now >= this.#sharedUntil) this.#signal = this.#begin(now);
    return this.#signal;
  }

  #begin(now: number): AbortSignal {
    const slice = this.#timeoutMs / slices;
    const controller = new AbortController();
    this.#sharedUntil = now + slice;
    const timer = setTimeout(() => {
      this.#timers.delete(controller);
      // Timers may fire while this slice is still shared if the thread's clock and `now` differ.
      if (this.#signal === controller.signal) this.#signal = null;
      controller.abort();
    }, this.#timeoutMs + slice);
    this.#timers.set(controller, timer);
    return controller.signal;
  }

  /** Ends all attempts that still have time. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#signal = null;
    for (const [controller, timer] of this.#timers) {
      clearTimeout(timer);
      controller.abort();
    }
    this.#timers.clear();
  }
}
