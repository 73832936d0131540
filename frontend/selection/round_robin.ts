import type { Policy } from "./policy.ts";

/**
 * Each server in turn.
 *
 * Every server carries a credit: with each connection all candidates earn their fair share of it, and
 * the one that holds most takes the connection and pays for it. While the candidates stay the same
 * this is nginx's smooth weighted round robin (commit 52327e0, 2012) with equal weights. Counting in
 * shares of a connection keeps it fair while they change, too, as in the carpool problem (Fagin and
 * Williams, "A Fair Carpool Scheduling Algorithm", 1983): a server that was away neither owes nor is
 * owed for what passed meanwhile.
 */
export function roundRobin(): Policy {
  const credits: number[] = [];
  return {
    pick(slots, _backends, { random }) {
      const share = 1 / slots.length;
      let chosen = -1;
      let most = -Infinity;
      for (const slot of slots) {
        // Less than one share: enough for the workers not to all begin with the same server.
        const credit = (credits[slot] ??= random() * share) + share;
        credits[slot] = credit;
        if (credit > most) {
          most = credit;
          chosen = slot;
        }
      }
      if (chosen < 0) throw new RangeError("Cannot take turns: received no candidates");
      credits[chosen] = most - 1;
      return chosen;
    },
  };
}
