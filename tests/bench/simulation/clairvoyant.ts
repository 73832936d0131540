import { drawSlot } from "../../../frontend/selection/draw.ts";
import { pickLeast } from "../../../frontend/selection/least.ts";
import type { Contestant } from "./contestant.ts";

const mostLooked = 64;

/**
 * Knows all: what every server has to do still, how fast it is at this moment, how far away, and how
 * much work the request will be. It picks the server that will have answered first.
 *
 * No policy that only watches can know so much; what it reaches is the yardstick for the others. It is
 * greedy and no strict bound: it does not spare a server for a request that is yet to come. Of more
 * than 64 servers it looks at 64 drawn at random, which is as good and takes less time.
 */
export const clairvoyant: Contestant = {
  name: "clairvoyant",
  make({ serverOf, nextExchange }) {
    const timeFor = (slot: number) => {
      const server = serverOf(slot);
      return 2 * server.rttMs + server.timeFor(nextExchange());
    };
    return {
      pick(slots, backends, context) {
        const looked = slots.length <= mostLooked
          ? slots
          : Array.from({ length: mostLooked }, () => drawSlot(slots, context.random));
        return pickLeast(looked, timeFor, backends, context);
      },
    };
  },
};
