import { sumAt } from "./column_sums.ts";

/** What is held of one slot. */
interface Held {
  /** Connections that the slot had been given when it was last looked at. */
  total: number;
  /** For how long, added up, its ended connections are still held to occupy it, in milliseconds. */
  ms: number;
  at: number;
}

/** The longest time that is held, in milliseconds: who was away for a while is not held for long. */
const mostMs = 5_000;

/**
 * Connections that have ended and are still held to occupy their server, as it is not credited with
 * the speed at which they ended (see `speed_credit.ts`).
 *
 * To count a connection as dear is not enough: a server that fails at once has none in flight, so the
 * fewest connections are always its own. So each of them keeps its place for as long as a server of the
 * credited speed would have taken, beside those that are really in flight, with which it shares the
 * processor. To whoever chooses the server then looks just like one of that speed.
 */
export class HeldPlaces {
  readonly #held: Held[] = [];

  /**
   * How many connections are held to occupy a slot beside those in flight.
   *
   * @param totals The columns of connections that each slot was ever given.
   * @param options.heldMs How long each is held after its end, in milliseconds; 0 for a server that is
   * credited with its speed.
   * @param options.inFlight How many are really in flight.
   * @param now Monotonic milliseconds.
   */
  at(
    slot: number,
    totals: readonly Float64Array[],
    { heldMs, inFlight }: { readonly heldMs: number; readonly inFlight: number },
    now: number,
  ): number {
    const total = sumAt(totals, slot);
    const held = this.#held[slot] ??= { total, ms: 0, at: now };
    const given = total - held.total;
    const elapsed = now - held.at;
    held.total = total;
    held.at = now;
    // Fewer than before: the slot has another backend now.
    if (heldMs <= 0 || given < 0) return held.ms = 0;
    const places = held.ms / heldMs;
    const part = places > 0 ? places / (places + inFlight) : 1;
    held.ms = Math.min(mostMs, Math.max(0, held.ms + given * heldMs - elapsed * part));
    return held.ms / heldMs;
  }
}
