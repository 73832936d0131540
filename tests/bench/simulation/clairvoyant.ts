import { pickLeast } from "../../../frontend/selection/least.ts";
import type { Contestant } from "./contestant.ts";

/**
 * Knows all: what every server has to do still, how fast it is at this moment, how far away, and how
 * much work the request will be. It picks the server that will have answered first.
 *
 * No policy that only watches can know so much; what it reaches is the yardstick for the others. It is
 * greedy and no strict bound: it does not spare a server for a request that is yet to come.
 */
export const clairvoyant: Contestant = {
  name: "clairvoyant",
  make({ serverOf, nextExchange }) {
    const timeFor = (slot: number) => {
      const server = serverOf(slot);
      return 2 * server.rttMs + server.timeFor(nextExchange());
    };
    return { pick: (slots, backends, context) => pickLeast(slots, timeFor, backends, context) };
  },
};
