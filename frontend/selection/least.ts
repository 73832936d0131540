import type { BackendMetrics, ChoiceContext } from "./policy.ts";

/** How loaded a slot is; NaN where that cannot be told. */
export type LoadOf = (slot: number, backends: BackendMetrics, context: ChoiceContext) => number;

/**
 * Picks the slot with the least load in one pass, each of several equals with the same probability
 * (reservoir sampling with a reservoir of one: Vitter, "Random Sampling with a Reservoir", 1985).
 *
 * A slot whose load is NaN comes after all others.
 *
 * @throws {RangeError} If there is no slot.
 */
export function pickLeast(
  slots: readonly number[],
  loadOf: LoadOf,
  backends: BackendMetrics,
  context: ChoiceContext,
): number {
  let chosen = -1;
  let least = Infinity;
  let ties = 0;
  for (const slot of slots) {
    const known = loadOf(slot, backends, context);
    const load = Number.isNaN(known) ? Infinity : known;
    if (load < least) {
      least = load;
      chosen = slot;
      // Those that tied at the old minimum are out of the draw.
      ties = 1;
    } else if (load === least) {
      ties++;
      if (context.random() * ties < 1) chosen = slot;
    }
  }
  if (ties === 0) throw new RangeError("Cannot pick a backend: received no candidates");
  return chosen;
}
