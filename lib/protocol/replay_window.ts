const WORD_BITS = 32;
const WORDS = 33;

/** How far behind the highest sequence number a late datagram may be and still count. */
export const REPLAY_WINDOW_SIZE: number = (WORDS - 1) * WORD_BITS;

/**
 * Lets each sequence number through once, also when datagrams overtake each other.
 *
 * It remembers the latest 1,024 numbers, and takes every older one for a replay: the sliding window
 * of RFC 4303 §3.4.3, kept as RFC 6479 has it in a ring of words of which one more than the
 * window needs is there, so that the window moves by clearing whole words.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { ReplayWindow } from "./replay_window.ts";
 *
 * const window = new ReplayWindow();
 * assert(window.accept(2));
 * assert(window.accept(1), "late, but new");
 * assert(!window.accept(2), "seen before");
 * ```
 */
export class ReplayWindow {
  readonly #words = new Uint32Array(WORDS);
  #highest = 0;

  /** Starts with nothing seen but 0, which is never sent. */
  constructor() {
    this.#words[0] = 1;
  }

  /**
   * Whether a sequence number (32 bits) is new; it will not be again.
   *
   * To be asked only of messages that have been verified: a forged high number would shut the true
   * ones out.
   */
  accept(sequence: number): boolean {
    if (this.#highest - sequence >= REPLAY_WINDOW_SIZE) return false;
    if (sequence > this.#highest) this.#moveTo(sequence);
    const at = wordOf(sequence) % WORDS;
    const word = this.#words[at] ?? 0;
    const bit = 1 << (sequence % WORD_BITS);
    this.#words[at] = word | bit;
    return (word & bit) === 0;
  }

  /** Clears the words that the window moves into. */
  #moveTo(sequence: number): void {
    const from = wordOf(this.#highest);
    const steps = Math.min(wordOf(sequence) - from, WORDS);
    for (let step = 1; step <= steps; step++) this.#words[(from + step) % WORDS] = 0;
    this.#highest = sequence;
  }
}

function wordOf(sequence: number): number {
  return Math.floor(sequence / WORD_BITS);
}

/**
 * A {@linkcode ReplayWindow} for each session, of which it keeps only so many.
 *
 * When one more comes, the session that has been silent for longest is forgotten.
 */
export class SessionWindows {
  readonly #capacity: number;
  /** In the order of use, the least recent first. */
  readonly #windows = new Map<bigint, ReplayWindow>();

  /**
   * Starts with no session.
   *
   * @param capacity How many sessions to remember, at least 1.
   * @throws {RangeError} where the capacity is less, or no whole number.
   */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(
        `Cannot make session windows: the capacity must be a whole number from 1, received ${capacity}`,
      );
    }
    this.#capacity = capacity;
  }

  /**
   * Whether a sequence number is new in its session; it will not be again.
   *
   * To be asked only of messages that have been verified.
   */
  accept(session: bigint, sequence: number): boolean {
    const window = this.#windows.get(session) ?? new ReplayWindow();
    // A replay must not make its session look alive.
    if (!window.accept(sequence)) return false;
    this.#windows.delete(session);
    this.#windows.set(session, window);
    if (this.#windows.size > this.#capacity) this.#forgetLeastRecent();
    return true;
  }

  #forgetLeastRecent(): void {
    for (const session of this.#windows.keys()) {
      this.#windows.delete(session);
      return;
    }
  }
}
