import type { StateTable } from "../table/state_table.ts";

/** What decides who may be chosen; the state table is one. */
export type Roster = Pick<
  StateTable,
  "slots" | "stateOf" | "isLastResort" | "serviceOrdinalOf" | "text" | "figure" | "epoch"
>;

/** Whether a slot offers what a listener balances; null stands for each agent's first service. */
function offers(roster: Roster, slot: number, service: string | null): boolean {
  return service === null
    ? roster.serviceOrdinalOf(slot) === 0
    : roster.text("service", slot) === service;
}

/**
 * How willingly a slot is given connections: `ready` ones always, a `fallback` only where nothing is
 * ready, and `closed` ones never. This is the one place that says who is available.
 */
export function availabilityOf(roster: Roster, slot: number): "ready" | "fallback" | "closed" {
  if (roster.stateOf(slot) === "up") return "ready";
  return roster.isLastResort(slot) ? "fallback" : "closed";
}

/**
 * The slots that may be chosen for a service at this moment, lowest first: those that are up or,
 * where none is, those marked as a last resort.
 *
 * @param service The service's name; null takes the first service of each agent.
 */
export function availableSlots(roster: Roster, service: string | null): readonly number[] {
  const ready: number[] = [];
  const fallback: number[] = [];
  for (const slot of roster.slots()) {
    if (!offers(roster, slot, service)) continue;
    const availability = availabilityOf(roster, slot);
    if (availability === "ready") ready.push(slot);
    if (availability === "fallback") fallback.push(slot);
  }
  return ready.length > 0 ? ready : fallback;
}

/** A backend that went longer ago is not expected back at once, in milliseconds. */
const returnMs = 5_000;

/**
 * Whether a backend is expected back, or about to be up: it came, or went, a moment ago.
 *
 * @param now Monotonic milliseconds, on the clock of the table's `stateSince`.
 * @param isLeftOut Backends that do not count.
 */
export function expectsAnother(
  roster: Roster,
  service: string | null,
  now: number,
  isLeftOut: (slot: number) => boolean,
): boolean {
  for (const slot of roster.slots()) {
    const state = roster.stateOf(slot);
    if (state === "up" || state === "draining" || isLeftOut(slot)) continue;
    const isRecent = now - roster.figure("stateSince", slot) < returnMs;
    if (isRecent && offers(roster, slot, service)) return true;
  }
  return false;
}

/**
 * Keeps {@linkcode availableSlots} at hand for one listener of one thread.
 *
 * @returns a function that gives the list, made anew only after the table announced a change.
 */
export function trackCandidates(
  roster: Roster,
  service: string | null,
): () => readonly number[] {
  let seen: number | undefined;
  let slots: readonly number[] = [];
  return () => {
    // Read before the list is made: a change meanwhile makes the next call build it again.
    const epoch = roster.epoch;
    if (epoch !== seen) {
      slots = availableSlots(roster, service);
      seen = epoch;
    }
    return slots;
  };
}
