import { Looks } from "./looks.ts";

/** The part of the timeout during which attempts share one signal. */
const slices = 10;

/**
 * Abort signals for attempts that all have the same time limit.
 *
 * A timer for every attempt costs more than the attempt's share of one: all that begin within the
 * same tenth of the limit share a signal, which aborts once the last of them has had its full time.
 *
 * Time is counted in looks, one for each tenth of the limit, as `SlowWatch` does: with ten thousand
 * attempts at once, or beside programs that take the processor, answers wait to be read that a clock
 * would call too late. So an attempt has at least `timeoutMs`, and where the thread keeps up at most a
 * fifth more.
 */
export class SharedTimeout implements Disposable {
  /** Signals that have not aborted yet, and how many looks each has left. */
  readonly #looksLeft = new Map<AbortController, number>();
  readonly #looks: Looks;
  #signal: AbortSignal | null = null;
  #underWay = 0;
  #isOver = false;

  /**
   * Makes signals that abort after `timeoutMs` milliseconds.
   *
   * @param turn Resolves when the thread has dealt with all that is ready.
   */
  constructor(timeoutMs: number, turn: () => Promise<void>) {
    this.#looks = new Looks({ intervalMs: timeoutMs / slices, turn, look: () => this.look() });
  }

  /** Whether it was disposed of: signals abort then without the time being up. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The signal for an attempt that begins now; {@linkcode SharedTimeout.end} tells of its end. */
  begin(): AbortSignal {
    this.#underWay++;
    if (this.#signal !== null) return this.#signal;
    const controller = new AbortController();
    // The first look may come right away, hence the one more.
    this.#looksLeft.set(controller, slices + 1);
    this.#looks.begin();
    return this.#signal = controller.signal;
  }

  /** An attempt has ended, in whatever way. */
  end(): void {
    this.#underWay--;
  }

  /** Looks once: a tenth of the limit has passed. Says whether any attempt is under way still. */
  look(): boolean {
    this.#signal = null;
    for (const [controller, looks] of this.#looksLeft) {
      if (looks > 1) this.#looksLeft.set(controller, looks - 1);
      else this.#abort(controller);
    }
    // Signals that nobody heeds any more need no looks.
    if (this.#underWay === 0) this.#looksLeft.clear();
    return this.#looksLeft.size > 0;
  }

  #abort(controller: AbortController): void {
    this.#looksLeft.delete(controller);
    controller.abort();
  }

  /** Ends all attempts that still have time. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#signal = null;
    this.#looks[Symbol.dispose]();
    for (const controller of this.#looksLeft.keys()) this.#abort(controller);
  }
}
