import { pickLeast } from "./least.ts";
import type { BackendMetrics, Policy } from "./policy.ts";

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
  return {
    pick: (slots, backends, context) => pickLeast(slots, connectionsInFlight, backends, context),
  };
}
