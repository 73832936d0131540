import type { StateTable } from "../table/state_table.ts";

/** Where connections are counted; the state table is one. */
export type Occupancy = Pick<StateTable, "relaySum">;

/**
 * Whether a server has room for one more connection, open and opening ones counted.
 *
 * @param most How many it may have; null sets no limit.
 */
export function hasRoom(occupancy: Occupancy, slot: number, most: number | null): boolean {
  return most === null || occupancy.relaySum("active", slot) < most;
}

/**
 * The slots that have room for one more connection, in their order; the same list where all have.
 *
 * Relay threads that choose at the same instant do not see each other: who is chosen has a place only
 * once it is reserved (`Counters.reserve`).
 */
export function slotsWithRoom(
  occupancy: Occupancy,
  slots: readonly number[],
  most: number | null,
): readonly number[] {
  const isFull = (slot: number) => !hasRoom(occupancy, slot, most);
  return most !== null && slots.some(isFull) ? slots.filter((slot) => !isFull(slot)) : slots;
}
