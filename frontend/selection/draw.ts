/**
 * Draws one slot, each with the same probability.
 *
 * @param random A number from 0 up to but not including 1.
 * @throws {RangeError} If there is no slot.
 */
export function drawSlot(slots: readonly number[], random: () => number): number {
  const drawn = slots[Math.floor(random() * slots.length)];
  if (drawn === undefined) throw new RangeError("Cannot draw a backend: received no candidates");
  return drawn;
}

/**
 * Draws two different slots, each pair with the same probability; of a single slot, it twice.
 *
 * @param random A number from 0 up to but not including 1.
 * @throws {RangeError} If there is no slot.
 */
export function drawPair(
  slots: readonly number[],
  random: () => number,
): readonly [number, number] {
  const first = Math.floor(random() * slots.length);
  // Of one slot fewer, with the first one's place skipped: different without drawing again.
  const other = Math.floor(random() * (slots.length - 1));
  const one = slots[first];
  if (one === undefined) throw new RangeError("Cannot draw a backend: received no candidates");
  return [one, slots[other < first ? other : other + 1] ?? one];
}

/** How many candidates are looked at closely; of more, as many are drawn at random. */
const sampleSize = 32;

/**
 * Makes a function that gives all candidates where they are few, and 32 drawn at random where they
 * are more: for what would take too long to work out for every one of a thousand.
 *
 * The least loaded of 32 drawn is almost as good as the least loaded of all (Mitzenmacher, "The Power
 * of Two Choices in Randomized Load Balancing", 2001). The same slot may be drawn twice. The list is
 * overwritten by the next call.
 */
export function sampler(): (slots: readonly number[], random: () => number) => readonly number[] {
  const sample: number[] = [];
  return (slots, random) => {
    if (slots.length <= sampleSize) return slots;
    for (let at = 0; at < sampleSize; at++) sample[at] = drawSlot(slots, random);
    return sample;
  };
}
