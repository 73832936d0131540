/** How many rounds a place stays taken after an agent that was never up fell silent there. */
const roundsToRest = 20;

/** Places to remember: in a larger crowd the oldest are free earlier. */
const mostRemembered = 4_096;

/**
 * Remembers where agents appeared that were never up and fell silent. Their places at their address
 * stay taken for a while: else an address could show new agents all the time, each of which costs a
 * row, a line and memory until it is forgotten.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { VainArrivals } from "./vain_arrivals.ts";
 *
 * const vain = new VainArrivals();
 * vain.note("10.0.0.66", 1);
 * assertEquals(vain.count("10.0.0.66"), 1);
 * vain.beginRound(21);
 * assertEquals(vain.count("10.0.0.66"), 0);
 * ```
 */
export class VainArrivals {
  readonly #counts = new Map<string, number>();
  /** The oldest first. */
  readonly #places: { readonly source: string; readonly round: number }[] = [];

  /** How many places of an address are taken so. */
  count(source: string): number {
    return this.#counts.get(source) ?? 0;
  }

  /** Takes note of an agent that was forgotten in a round. */
  note(source: string, round: number): void {
    this.#places.push({ source, round });
    this.#counts.set(source, this.count(source) + 1);
    if (this.#places.length > mostRemembered) this.#free(1);
  }

  /** Begins a round: frees the places that have rested for long enough. */
  beginRound(round: number): void {
    const resting = this.#places.findIndex((place) => round - place.round < roundsToRest);
    this.#free(resting < 0 ? this.#places.length : resting);
  }

  #free(howMany: number): void {
    for (const { source } of this.#places.splice(0, howMany)) {
      const count = this.count(source) - 1;
      if (count > 0) this.#counts.set(source, count);
      else this.#counts.delete(source);
    }
  }
}
