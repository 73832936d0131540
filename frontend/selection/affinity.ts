import type { StateTable } from "../table/state_table.ts";
import { type BindingAffinity, clientKey } from "./client_key.ts";
import { sampler } from "./draw.ts";
import { hashText, mix32 } from "./hash.ts";
import { connectionsInFlight } from "./least_connections.ts";
import type { BackendMetrics, Policy } from "./policy.ts";

/** How many times the average a server may have in flight before its clients are sent on. */
const mostOverAverage = 1.25;

/**
 * Connections that a server may always have in flight, whatever the average. A browser opens six to a
 * host: while little goes on, those of one client are to stay together.
 */
const alwaysAllowed = 8;

/** Where the servers are; the state table is one. */
export type Addresses = Pick<
  StateTable,
  "slots" | "addressOf" | "portOf" | "generation" | "epoch"
>;

/** Keeps a hash of address and port for each slot, made anew where the table announced a change. */
function trackSeeds(addresses: Addresses): () => readonly number[] {
  let seen: number | undefined;
  const generations: number[] = [];
  const seeds: number[] = [];
  return () => {
    const epoch = addresses.epoch;
    if (epoch === seen) return seeds;
    for (const slot of addresses.slots()) {
      const generation = addresses.generation(slot);
      if (generations[slot] === generation) continue;
      seeds[slot] = hashText(`${addresses.addressOf(slot)} ${addresses.portOf(slot)}`);
      generations[slot] = generation;
    }
    seen = epoch;
    return seeds;
  };
}

/**
 * The most connections that a server may have in flight to be given one more. Whichever slots the
 * average is taken over, the least loaded of them is within it: some server always is.
 */
export function loadBound(slots: readonly number[], backends: BackendMetrics): number {
  let sum = 0;
  for (const slot of slots) sum += connectionsInFlight(slot, backends);
  return mostOverAverage * sum / slots.length + alwaysAllowed;
}

/**
 * The server that a client always gets, as long as it is there and not overloaded.
 *
 * Rendezvous hashing (Thaler and Ravishankar, "Using Name-Based Mappings to Increase Hit Rates",
 * 1998): every server gets a score from the hash of client and server, and the highest wins. It needs
 * no memory, all front ends agree without a word, a server that goes away moves only its own clients,
 * and one that comes takes only the clients that are its own. A server that is far above the average
 * in flight is passed over for the client's next (Mirrokni, Thorup and Zadimoghaddam, "Consistent
 * Hashing with Bounded Loads", 2018), so that one large network does not drown one server.
 */
export function affinity(addresses: Addresses, by: BindingAffinity): Policy {
  const currentSeeds = trackSeeds(addresses);
  const sampled = sampler();
  return {
    pick(slots, backends, { client, random }) {
      const key = hashText(clientKey(client, by));
      const seeds = currentSeeds();
      const bound = loadBound(sampled(slots, random), backends);
      let chosen = -1;
      let highest = -1;
      for (const slot of slots) {
        const score = mix32(key ^ (seeds[slot] ?? 0));
        // The load is looked up only of those that would win.
        if (score <= highest || connectionsInFlight(slot, backends) > bound) continue;
        highest = score;
        chosen = slot;
      }
      if (chosen < 0) throw new RangeError("Cannot pick a backend: received no candidates");
      return chosen;
    },
  };
}
