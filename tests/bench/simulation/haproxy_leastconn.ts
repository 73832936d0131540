import type { Policy } from "../../../frontend/selection/policy.ts";
import type { Contestant } from "./contestant.ts";

/**
 * HAProxy's `leastconn`: the fewest connections, and of several equals the one that was chosen the
 * longest ago (lb_fwlc.c keeps the servers in a tree by connections and inserts after equals).
 *
 * All connections count that are open, quiet ones included.
 */
function leastconn(weightOf: (slot: number) => number): Policy {
  const chosenAt: number[] = [];
  let choices = 0;
  return {
    pick(slots, backends) {
      let best = -1;
      let least = Infinity;
      for (const slot of slots) {
        const load = (backends.relaySum("active", slot) + 1) / weightOf(slot);
        const isLonger = (chosenAt[slot] ?? 0) < (chosenAt[best] ?? 0);
        if (load > least || (load === least && !isLonger)) continue;
        least = load;
        best = slot;
      }
      chosenAt[best] = ++choices;
      return best;
    },
  };
}

/** HAProxy's `leastconn` with equal weights, as it is without further configuration. */
export const haproxyLeastconn: Contestant = {
  name: "HAProxy leastconn",
  make: () => leastconn(() => 1),
};

/** The same, told the true capacities as weights when it was configured: it never learns of changes. */
export const haproxyLeastconnWeighted: Contestant = {
  name: "HAProxy leastconn, true weights",
  make: ({ serverOf }) => leastconn((slot) => serverOf(slot).capacity),
};
