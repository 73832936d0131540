/** Elements of the shared memory, an `Int32Array`; after them two for each worker. */
const head = {
  /** How many places are taken, by all workers together. */
  taken: 0,
  /** Grows whenever a place may have become free; waited on with `Atomics.waitAsync`. */
  vacancies: 1,
  length: 2,
} as const;

/** What each worker has in the memory: places that it has taken, and clients that wait for one. */
const own = { taken: 0, waiting: 1, length: 2 } as const;

/** Whose places they are. */
export interface PlacesOptions {
  /** How many there are for all workers together, at least 1. */
  readonly limit: number;
  /** Which of the workers this is. */
  readonly worker: number;
}

/**
 * The places for connections that all relay workers share (`LB_MAX_CONNECTIONS`): whoever needs one
 * takes it, whichever worker has taken the others, and there are never more taken than the limit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Places } from "./places.ts";
 *
 * const memory = Places.memoryFor(2);
 * const one = new Places(memory, { limit: 2, worker: 0 });
 * const other = new Places(memory, { limit: 2, worker: 1 });
 * assertEquals([one.tryTake(), one.tryTake(), other.tryTake()], [true, true, false]);
 * one.giveBack();
 * assertEquals(other.tryTake(), true);
 * ```
 */
export class Places {
  readonly #cells: Int32Array;
  readonly #limit: number;
  readonly #own: number;

  /** The memory for so many workers, with no place taken. */
  static memoryFor(workers: number): SharedArrayBuffer {
    const elements = head.length + workers * own.length;
    return new SharedArrayBuffer(elements * Int32Array.BYTES_PER_ELEMENT);
  }

  /** Opens the memory for one worker. */
  constructor(memory: SharedArrayBuffer, { limit, worker }: PlacesOptions) {
    this.#cells = new Int32Array(memory);
    this.#limit = Math.max(1, limit);
    this.#own = head.length + worker * own.length;
  }

  /** Whether a place is free at this moment. */
  get areFree(): boolean {
    return Atomics.load(this.#cells, head.taken) < this.#limit;
  }

  /** Takes a place, unless all are taken; says whether it did. */
  tryTake(): boolean {
    const cells = this.#cells;
    for (;;) {
      const taken = Atomics.load(cells, head.taken);
      if (taken >= this.#limit) return false;
      if (Atomics.compareExchange(cells, head.taken, taken, taken + 1) !== taken) continue;
      Atomics.add(cells, this.#own + own.taken, 1);
      return true;
    }
  }

  /** Takes a place even where all are taken. */
  takeBeyondLimit(): void {
    Atomics.add(this.#cells, head.taken, 1);
    Atomics.add(this.#cells, this.#own + own.taken, 1);
  }

  /** Gives a place back that was taken here; nothing happens where all were forgotten since. */
  giveBack(): void {
    if (Atomics.sub(this.#cells, this.#own + own.taken, 1) > 0) this.#release(1);
    else Atomics.add(this.#cells, this.#own + own.taken, 1);
  }

  /** Counts clients that begin (+1) and cease (−1) to wait for a place. */
  countWaiting(by: 1 | -1): void {
    Atomics.add(this.#cells, this.#own + own.waiting, by);
  }

  /** Whether a client of any worker waits for a place. */
  get isWaitedFor(): boolean {
    const cells = this.#cells;
    for (let at = head.length; at < cells.length; at += own.length) {
      if (Atomics.load(cells, at + own.waiting) > 0) return true;
    }
    return false;
  }

  /** Gives back what this worker had, after it died without being able to. */
  forget(): void {
    const taken = Atomics.exchange(this.#cells, this.#own + own.taken, 0);
    Atomics.store(this.#cells, this.#own + own.waiting, 0);
    if (taken > 0) this.#release(taken);
  }

  #release(count: number): void {
    const before = Atomics.sub(this.#cells, head.taken, count);
    // Only where none was free can somebody be waiting.
    if (before >= this.#limit) this.announceVacancy();
  }

  // ---------------------------------------------------------------- vacancies

  /** Grows whenever a place may have become free. */
  get vacancyCount(): number {
    return Atomics.load(this.#cells, head.vacancies);
  }

  /** Makes those who wait in any worker look again. */
  announceVacancy(): void {
    Atomics.add(this.#cells, head.vacancies, 1);
    Atomics.notify(this.#cells, head.vacancies);
  }

  /** Waits until the count of vacancies is no longer `seen`, at most `timeoutMs` milliseconds. */
  async vacancySince(seen: number, timeoutMs: number): Promise<void> {
    const wait = Atomics.waitAsync(this.#cells, head.vacancies, seen, timeoutMs);
    if (wait.async) await wait.value;
  }
}
