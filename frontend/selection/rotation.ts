/**
 * Remembers in which order slots were chosen, so that equals take turns: whoever asks one time after
 * another is shown every server, where chance alone would leave one out now and then.
 */
export class Rotation {
  readonly #chosenAs: number[] = [];
  #choices = 0;

  /** Takes note of a choice. */
  choose(slot: number): void {
    this.#chosenAs[slot] = ++this.#choices;
  }

  /**
   * How lately a slot was chosen: 1 for the last one, 0 for one that was passed over as often as there
   * are others, and chance for one that was never chosen.
   *
   * @param candidates How many slots take turns.
   * @param random A number from 0 up to but not including 1.
   */
  recency(slot: number, candidates: number, random: () => number): number {
    const chosenAs = this.#chosenAs[slot];
    if (chosenAs === undefined) return random();
    return candidates > 1 ? Math.max(0, 1 - (this.#choices - chosenAs) / (candidates - 1)) : 0;
  }
}
