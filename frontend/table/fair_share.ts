/**
 * Who makes room where there is none left.
 *
 * Whoever may send to this machine can invent agents by the thousand, and without a key they are as
 * genuine as any. So room is shared by the address that reports come from, which costs more to
 * invent than an identity:
 *
 * - Only an address that holds **less than its fair share** (all places by the number of addresses)
 *   is made room for. Who has many places already is refused at once, at no cost.
 * - What **was never up** goes first, the oldest of it: whoever is silent, or had time enough to come
 *   up. A newcomer that is just being tried is left alone.
 * - Then what an address holds **beyond its fair share** goes, the newest of all such first. An
 *   address keeps one place in any case.
 *
 * So a server that is up and alone at its address is never displaced, nor is one that was there
 * before the crowd; and as long as there are more places than addresses, every address gets one.
 *
 * @module
 */

/** How the places are taken. */
export interface Tenancy<Holder> {
  /** How many places there are. */
  readonly capacity: number;
  /** Who holds them, the oldest first. */
  readonly holders: Iterable<Holder>;
  /** Those of them that have never been up, likewise. */
  readonly neverUp: Iterable<Holder>;
  /** The address from which a holder's reports come. */
  readonly sourceOf: (holder: Holder) => string;
  /** How many places an address holds. */
  readonly heldBy: (source: string) => number;
  /** How many addresses hold any. */
  readonly sources: number;
  /** Whether a holder that was never up has not had the time to come up yet. */
  readonly isYoung: (holder: Holder) => boolean;
  /** Whether a holder cannot go now, as connections are open to it. */
  readonly isBusy: (holder: Holder) => boolean;
}

/** Chooses who makes room for others. */
export class FairShare<Holder> {
  readonly #tenancy: () => Tenancy<Holder>;
  #nobody = false;

  /** @param tenancy How the places are taken now. */
  constructor(tenancy: () => Tenancy<Holder>) {
    this.#tenancy = tenancy;
  }

  /**
   * Takes note that a round has passed: only then it looks again after it has found nobody, so that a
   * crowd that knocks costs next to nothing.
   */
  lookAgain(): void {
    this.#nobody = false;
  }

  /**
   * Chooses who makes room for one more from an address.
   *
   * @returns null where the newcomer is to be left out.
   */
  whoMakesRoom(source: string): Holder | null {
    if (this.#nobody) return null;
    const tenancy = this.#tenancy();
    const { capacity, heldBy, sources } = tenancy;
    const own = heldBy(source);
    const share = capacity / (own === 0 ? sources + 1 : sources);
    if (own >= share) return null;
    const found = idleOf(tenancy) ?? excessOf(tenancy, Math.max(1, share));
    this.#nobody = found === null;
    return found;
  }
}

/** The oldest that was never up, of those that had the time to come up. */
function idleOf<Holder>({ neverUp, isYoung, isBusy }: Tenancy<Holder>): Holder | null {
  for (const holder of neverUp) if (!isYoung(holder) && !isBusy(holder)) return holder;
  return null;
}

/** The newest of an address that holds more than it may. */
function excessOf<Holder>(tenancy: Tenancy<Holder>, mayHold: number): Holder | null {
  const { holders, sourceOf, heldBy, isBusy, isYoung } = tenancy;
  return [...holders].toReversed().find((holder) =>
    heldBy(sourceOf(holder)) > mayHold && !isBusy(holder) && !isYoung(holder)
  ) ?? null;
}
