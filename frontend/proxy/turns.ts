/** What decides whether the next client's turn has come. */
export interface TurnsOptions {
  /** Whether a client that is let in now finds what it waits for. */
  readonly isOpen: () => boolean;
  /** Tells of everything after which `isOpen` may have become true. */
  readonly vacancies: {
    readonly vacancyCount: number;
    vacancySince(seen: number, timeoutMs: number): Promise<void>;
  };
}

/** The longest time between two looks, in milliseconds, so that no lost notice matters for long. */
const longestWaitMs = 1_000;

/**
 * The queue of clients for which no server has a place: first come, first served.
 *
 * Each relay thread has a queue of its own, as clients do not change threads; among threads there is
 * no order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Turns } from "./turns.ts";
 *
 * let places = 1;
 * const vacancies = { vacancyCount: 0, vacancySince: () => Promise.resolve() };
 * const turns = new Turns({ isOpen: () => places > 0, vacancies });
 * assertEquals(turns.isFree, true);
 * places = 0;
 * const { promise, resolve } = Promise.withResolvers<void>();
 * turns.wait(() => {
 *   resolve();
 *   return true;
 * });
 * places = 1;
 * await promise;
 * ```
 */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #queue = new Set<() => boolean>();
  #isCalling = false;

  /** Makes an empty queue. */
  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get length(): number {
    return this.#queue.size;
  }

  /** Whether a client may go ahead without waiting, and without passing by others. */
  get isFree(): boolean {
    return this.#queue.size === 0 && this.#options.isOpen();
  }

  /**
   * Queues up.
   *
   * @param begin Called when the turn has come; says whether it found what it waits for, as another
   * thread may have been faster: if not, it stays where it is. What it takes it must take before it
   * returns: the turn of the next depends on what is left.
   * @returns what leaves the queue; it may be called at any time.
   */
  wait(begin: () => boolean): () => void {
    // Each has a function of its own, so that a client that waits twice is in the queue twice.
    const entry = () => begin();
    this.#queue.add(entry);
    if (!this.#isCalling) void this.#call();
    return () => void this.#queue.delete(entry);
  }

  /** Calls all whose turn has come, without waiting for word of a vacancy. */
  look(): void {
    for (const begin of this.#queue) {
      if (!this.#options.isOpen() || !begin()) return;
      this.#queue.delete(begin);
    }
  }

  async #call(): Promise<void> {
    this.#isCalling = true;
    const { vacancies } = this.#options;
    while (this.#queue.size > 0) {
      // Read before looking: a vacancy in between then ends the wait at once.
      const seen = vacancies.vacancyCount;
      this.look();
      if (this.#queue.size > 0) await vacancies.vacancySince(seen, longestWaitMs);
    }
    this.#isCalling = false;
  }
}
