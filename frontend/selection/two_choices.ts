import { drawPair } from "./draw.ts";
import { connectionsInFlight } from "./least_connections.ts";
import type { Policy } from "./policy.ts";

/**
 * Of two different servers drawn at random, the one with fewer connections in flight.
 *
 * The second choice takes the longest queue from about log n / log log n to log log n, and a
 * slightly old figure cannot draw everyone to one server (Mitzenmacher, "The Power of Two Choices in
 * Randomized Load Balancing", 2001). Envoy's least requests and nginx's `random two` do the same.
 */
export function twoChoices(): Policy {
  return {
    pick(slots, backends, { random }) {
      const [one, other] = drawPair(slots, random);
      // Equals share evenly, as the order of the pair is random, too.
      return connectionsInFlight(other, backends) < connectionsInFlight(one, backends)
        ? other
        : one;
    },
  };
}
