/** What was let through for a key, and what was held back since. */
interface Held {
  since: number;
  count: number;
}

/** How often a message may be repeated. */
export interface OncePerOptions {
  /** At most one message per key in this many milliseconds. */
  readonly intervalMs: number;
  /** Keys to remember; further ones share one, so that strangers cannot fill the memory. */
  readonly maximumKeys?: number;
}

/** The key that further keys share; it is no key that a caller would choose. */
const others = "\0others";

/**
 * Lets a message through at most once per interval and key, and counts what it holds back, so that
 * the next message says how many there were.
 *
 * @example
 * ```ts
 * import { OncePer } from "./rate_limit.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const limit = new OncePer({ intervalMs: 10_000 });
 * assertEquals(limit.admit("bad digest", "refused a message", 0), "refused a message");
 * assertEquals(limit.admit("bad digest", "refused a message", 5_000), null);
 * assertEquals(limit.admit("bad digest", "refused a message", 10_000), "refused a message (and 1 more)");
 * ```
 */
export class OncePer {
  readonly #intervalMs: number;
  readonly #maximumKeys: number;
  readonly #held = new Map<string, Held>();

  /** Makes a limit that has let nothing through yet. */
  constructor({ intervalMs, maximumKeys = 1_000 }: OncePerOptions) {
    this.#intervalMs = intervalMs;
    this.#maximumKeys = maximumKeys;
  }

  /**
   * Decides on one message.
   *
   * @param key What is limited, such as the reason of a refusal.
   * @param message What to say.
   * @param now Monotonic milliseconds.
   * @returns the message, with the count of those held back since the last one; null: hold it back.
   */
  admit(key: string, message: string, now: number): string | null {
    const place = this.#placeOf(key, now);
    const held = this.#held.get(place);
    if (held !== undefined && now - held.since < this.#intervalMs) {
      held.count++;
      return null;
    }
    this.#held.set(place, { since: now, count: 0 });
    return held === undefined || held.count === 0 ? message : `${message} (and ${held.count} more)`;
  }

  #placeOf(key: string, now: number): string {
    if (this.#held.has(key) || this.#held.size < this.#maximumKeys) return key;
    this.#forgetExpired(now);
    return this.#held.size < this.#maximumKeys ? key : others;
  }

  /** Frees the keys whose interval is over; what they held back is counted under the shared key. */
  #forgetExpired(now: number): void {
    let count = 0;
    for (const [key, held] of this.#held) {
      if (key === others || now - held.since < this.#intervalMs) continue;
      this.#held.delete(key);
      count += held.count;
    }
    if (count === 0) return;
    const shared = this.#held.get(others) ?? { since: -Infinity, count: 0 };
    this.#held.set(others, { ...shared, count: shared.count + count });
  }
}
