import { sampler } from "./draw.ts";
import { pickLeast } from "./least.ts";
import { connectionsInFlight } from "./least_connections.ts";
import type { BackendMetrics, ChoiceContext, Policy } from "./policy.ts";
import { trackTilts } from "./tilt.ts";

/**
 * The server that has least to do, by what we know exactly, tilted by what was reported.
 *
 * Each candidate costs
 *
 *     (connections in flight + u) × tilt
 *
 * and the cheapest is chosen. Among equals that is the fewest connections in flight, which we know
 * exactly and at this moment, as no report can tell. A server with a tilt of 2 carries half as many
 * ("shortest expected delay": Shenker and Weinrib, "The Optimal Control of Heterogeneous Queueing
 * Systems", 1989). u is drawn for each candidate and choice anew, from 0 to 1: it breaks ties fairly
 * and, while next to nothing is in flight, spreads the connections about in proportion to 1 / tilt, so
 * that between two reports they do not all go to the server that was last seen idlest.
 *
 * What makes a tilt is the matter of `tilt.ts`, by how much, that of `adaptive_tuning.ts`.
 */
export function adaptive(): Policy {
  const sampled = sampler();
  const tiltsBySlot = trackTilts();
  let tilts: readonly number[] = [];

  function cost(slot: number, backends: BackendMetrics, { random }: ChoiceContext): number {
    return (connectionsInFlight(slot, backends) + random()) * (tilts[slot] ?? 1);
  }

  return {
    pick(slots, backends, context) {
      tilts = tiltsBySlot(slots, backends, context.now);
      return pickLeast(sampled(slots, context.random), cost, backends, context);
    },
  };
}
