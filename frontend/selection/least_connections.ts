import { pickLeast } from "./least.ts";
import type { BackendMetrics, Policy } from "./policy.ts";
import { sumAt } from "./sum_at.ts";

/** Connections in flight to a slot from all relay workers, those being connected included. */
export function connectionsInFlight(slot: number, backends: BackendMetrics): number {
  return backends.relaySum("busy", slot);
}

/**
 * Fewest connections in flight, exact at this moment; equals share evenly.
 *
 * This is "join the shortest queue" (Winston, "Optimality of the Shortest Line Discipline", 1977),
 * HAProxy's `leastconn`.
 */
export function leastConnections(): Policy {
  let busy: readonly Float64Array[] = [];
  const inFlight = (slot: number) => sumAt(busy, slot);
  return {
    pick(slots, backends, context) {
      busy = backends.relayColumns("busy");
      return pickLeast(slots, inFlight, backends, context);
    },
  };
}
