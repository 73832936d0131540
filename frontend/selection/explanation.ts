import type { AffinityName, PolicyName } from "../../lib/config/settings.ts";
import type { StateTable } from "../table/state_table.ts";
import { availabilityOf, availableSlots } from "./candidates.ts";
import { slotsWithRoom } from "./room.ts";
import { mean, type Weigh, weighing, type Weight } from "./weighing.ts";

/** What decides who is chosen. */
export interface SelectionInForce {
  /** The services that are balanced; null: the first service of each agent. */
  readonly services: readonly (string | null)[];
  readonly policy: PolicyName;
  readonly affinity: AffinityName;
  /** How many connections a server may have open; null sets no limit. */
  readonly maxPerServer: number | null;
}

/** A server that costs so many times the average, or only one part in so many, stands out. */
const standsOut = 1.1;

/** The reason of a server of which there is nothing to tell. */
const allIsWell = "answering";

/**
 * Says of every backend, in a line, why it is being chosen or not.
 *
 * A candidate is preferred, spared, or neither by what a connection to it costs beside the
 * average; a factor of "×2" makes a connection count twice.
 *
 * @param now Monotonic milliseconds.
 * @returns the lines by slot.
 */
export function explainSelection(
  table: StateTable,
  { services, policy, affinity, maxPerServer }: SelectionInForce,
  now: number,
): ReadonlyMap<number, string> {
  const lines = new Map<number, string>();
  const weigh = weighing(policy, affinity);
  for (const service of new Set(services)) {
    const available = availableSlots(table, service);
    const slots = slotsWithRoom(table, available, maxPerServer);
    for (const [slot, line] of explainCandidates(table, slots, weigh, now)) {
      if (!lines.has(slot)) lines.set(slot, line);
    }
    for (const slot of available) if (!lines.has(slot)) lines.set(slot, full(table, slot));
  }
  for (const slot of table.slots()) {
    if (!lines.has(slot)) lines.set(slot, leftOut(table, slot));
  }
  return lines;
}

function explainCandidates(
  table: StateTable,
  slots: readonly number[],
  weigh: Weigh,
  now: number,
): [number, string][] {
  const weights = weigh(slots, table, now);
  const average = mean(weights.map(({ cost }) => cost));
  return weights.map((weight, at) => {
    const slot = slots[at] ?? 0;
    const verdict = slots.length === 1 ? "the only one to choose" : verdictOn(weight, average);
    const line = `${verdict}: ${weight.grounds.join(", ")}`;
    return [slot, line + remark(table, slot)];
  });
}

function verdictOn({ cost }: Weight, average: number): string {
  if (cost > average * standsOut) return "spared";
  return cost < average / standsOut ? "preferred" : "like the others";
}

/** What else there is to know of a candidate. */
function remark(table: StateTable, slot: number): string {
  const reason = table.text("reason", slot);
  if (availabilityOf(table, slot) === "fallback") return `; tried as none is up: ${reason}`;
  return reason === allIsWell || reason === "" ? "" : `; ${reason}`;
}

/** A server that would be a candidate, had it room. */
function full(table: StateTable, slot: number): string {
  return `left out: full, with ${table.relaySum("active", slot)} connections open`;
}

function leftOut(table: StateTable, slot: number): string {
  // All that are up and balanced are candidates.
  if (availabilityOf(table, slot) === "ready") return "left out: no listener balances its service";
  return `left out: ${table.text("reason", slot)}`;
}
