/** How much is heard in a second. */
export interface HearingOptions {
  /** Of one client. */
  readonly perClient: number;
  readonly inAll: number;
}

const second = 1_000;

/**
 * Decides whose word is passed on, so that clients cannot keep another thread busy with it: each is
 * heard a few times a second, and all together not too often.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Hearing } from "./hearing.ts";
 *
 * const hearing = new Hearing({ perClient: 1, inAll: 100 });
 * const heard = [1, 2, 1].map((client) => hearing.admit(client, 0));
 * assertEquals(heard, [true, true, false]);
 * assertEquals(hearing.admit(1, 1_000), true);
 * ```
 */
export class Hearing {
  readonly #options: HearingOptions;
  readonly #heard = new Map<number, number>();
  #since = -Infinity;
  #inAll = 0;

  /** Has heard nobody yet. */
  constructor(options: HearingOptions) {
    this.#options = options;
  }

  /**
   * Whether a client is heard now.
   *
   * @param client The client's hash.
   * @param now Monotonic milliseconds.
   */
  admit(client: number, now: number): boolean {
    if (now - this.#since >= second) {
      this.#since = now;
      this.#inAll = 0;
      this.#heard.clear();
    }
    const times = this.#heard.get(client) ?? 0;
    if (times >= this.#options.perClient || this.#inAll >= this.#options.inAll) return false;
    this.#heard.set(client, times + 1);
    this.#inAll++;
    return true;
  }
}
