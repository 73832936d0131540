import type { BackendMetrics, ChoiceContext } from "./policy.ts";

/** How loaded a slot is; NaN where that cannot be told. */
export type LoadOf = (slot: number, backends: BackendMetrics, context: ChoiceContext) => number;

/** Slots that are equal so far: kept from call to call, as making a list for each would cost more. */
const tied: number[] = [];
/** The loads of one call. */
const loads: number[] = [];

/**
 * Draws one of the slots with the least load, each of several equals with the same probability.
 *
 * A slot whose load is NaN comes after all others.
 *
 * @param loads As many as slots, in their order; more are not looked at.
 * @param random A number from 0 up to but not including 1.
 * @throws {RangeError} If there is no slot.
 */
export function drawLeast(
  slots: readonly number[],
  loads: readonly number[],
  random: () => number,
): number {
  let least = Infinity;
  let ties = 0;
  let at = 0;
  for (const slot of slots) {
    const known = loads[at++] ?? NaN;
    const load = Number.isNaN(known) ? Infinity : known;
    if (load > least) continue;
    // Those that tied at the old minimum are out of the draw.
    if (load < least) ties = 0;
    least = load;
    tied[ties++] = slot;
  }
  const chosen = ties === 1 ? tied[0] : tied[Math.floor(random() * ties)];
  if (ties === 0 || chosen === undefined) {
    throw new RangeError("Cannot pick a backend: received no candidates");
  }
  return chosen;
}

/**
 * Picks one of the slots with the least load, as {@linkcode drawLeast} does.
 *
 * @throws {RangeError} If there is no slot.
 */
export function pickLeast(
  slots: readonly number[],
  loadOf: LoadOf,
  backends: BackendMetrics,
  context: ChoiceContext,
): number {
  let at = 0;
  for (const slot of slots) loads[at++] = loadOf(slot, backends, context);
  return drawLeast(slots, loads, context.random);
}
