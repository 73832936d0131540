import { drawLeast } from "./least.ts";
import type { BackendMetrics, Policy } from "./policy.ts";
import { sumEach } from "./column_sums.ts";

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
  const inFlight: number[] = [];
  return {
    pick(slots, backends, { random }) {
      // A thousand servers are looked through for every connection: a loop without calls back.
      sumEach(backends.relayColumns("busy"), slots, inFlight);
      return drawLeast(slots, inFlight, random);
    },
  };
}
