import { hashText, mix32 } from "../selection/hash.ts";

/** How many machines one round takes in: more than the thousand that may begin together. */
const placesPerRound = 1_024;

/**
 * Chooses which newcomers one round takes in, where there are more of them than places.
 *
 * Taking those who come first would let a crowd that answers at once keep out the true newcomer,
 * which waits a random time as it is told to. So every newcomer has a rank, the lowest ranks win, and
 * who comes late takes the place of a higher one. A rank is the number of agents that its address has
 * already, and a random part that stays the same for an address in a round: an address gets its first
 * agent in before any gets its second, and asking again and again makes no rank better.
 *
 * In a round of at most 1,024 newcomers everyone gets in.
 */
export class NewcomerDraw<Newcomer> {
  readonly #secret: number;
  readonly #places: number;
  /** By newcomer. */
  readonly #ranks = new Map<Newcomer, number>();
  /** Who has the highest rank; undefined where it is to be found out. */
  #last: Newcomer | null | undefined;
  #salt = 0;

  /**
   * @param secret 32 random bits.
   * @param places How many newcomers a round takes in.
   */
  constructor(secret: number, places = placesPerRound) {
    this.#secret = secret;
    this.#places = places;
  }

  /** Begins another round, with other ranks. */
  begin(round: number): void {
    this.#salt = mix32(this.#secret + round);
    this.#ranks.clear();
    this.#last = undefined;
  }

  /** Whether this round takes in more newcomers, whatever their rank. */
  get hasPlaces(): boolean {
    return this.#ranks.size < this.#places;
  }

  /**
   * The rank of a newcomer in this round; the lower, the better.
   *
   * @param source The address that it answers from.
   * @param others How many agents are known at that address.
   */
  rank(source: string, others: number): number {
    return others + hashText(`${this.#salt} ${source}`) / 2 ** 32;
  }

  /** Of this round's newcomers the one that gives way to a rank; null where none does. */
  givesWay(rank: number): Newcomer | null {
    if (this.#last === undefined) this.#last = this.#findLast();
    return this.#last !== null && this.#rankOf(this.#last) > rank ? this.#last : null;
  }

  #findLast(): Newcomer | null {
    let last: Newcomer | null = null;
    for (const newcomer of this.#ranks.keys()) {
      if (last === null || this.#rankOf(newcomer) > this.#rankOf(last)) last = newcomer;
    }
    return last;
  }

  #rankOf(newcomer: Newcomer): number {
    return this.#ranks.get(newcomer) ?? -Infinity;
  }

  /** Gives a newcomer a place. */
  enter(newcomer: Newcomer, rank: number): void {
    this.#ranks.set(newcomer, rank);
    this.#last = undefined;
  }

  /** Takes the place of someone away, where it has one. */
  leave(newcomer: Newcomer): void {
    if (this.#ranks.delete(newcomer)) this.#last = undefined;
  }
}
