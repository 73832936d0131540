import { type AdaptiveTuning, adaptiveTuning } from "./adaptive_tuning.ts";
import { ChoiceShares } from "./choice_shares.ts";
import { sampler } from "./draw.ts";
import { HeldPlaces } from "./held_places.ts";
import { pickLeast } from "./least.ts";
import type { BackendMetrics, ChoiceContext, Policy } from "./policy.ts";
import { sumAt } from "./column_sums.ts";
import { Rotation } from "./rotation.ts";
import { type ExpectedDelay, trackDelays } from "./tilt.ts";

/**
 * The server from which the answer is expected first.
 *
 * A connection that is given to a server has to wait for those that are in flight there, and takes
 * its own time: each candidate costs
 *
 *     distance + (connections in flight × caution + 1 + u) × time per connection
 *
 * and the cheapest is chosen ("shortest expected delay": Shenker and Weinrib, "The Optimal Control of
 * Heterogeneous Queueing Systems", 1989). The connections in flight are exact and of this moment, as
 * no report can be. The time that each of them takes is learnt from how long the server's answers
 * took lately, and how many were in flight then; to it comes the time that its link needs for an
 * average answer, from the bandwidth in use. It is multiplied by what the server reports of its CPU
 * and RAM, which tells of trouble before the answers do. The distance is the round trips that the
 * connection needs. Caution is 1 but for a newcomer, whose few connections count for many at first:
 * it is tried at once, and not flooded.
 *
 * Of a server that gets nothing, nothing is learnt: neither its speed, nor how long connecting takes,
 * which tells its distance better than probes that a busy machine holds up. So one that is idle and
 * was passed over for some time is tried as if it were near and as fast as the fastest.
 *
 * u lets equals take turns: it is greatest for the server that was chosen last. A part of it is drawn
 * anew for each candidate and choice, so that several front ends do not all go to the same one.
 *
 * A server that is faster than it is credited to be, as one that fails at once, keeps the places of its
 * connections for longer than they last (see `speed_credit.ts` and `held_places.ts`). Where it is much
 * faster, it is doubted: it is not preferred to one that is idle, and gets hardly more than its due even
 * where clients keep all others busy.
 *
 * How these figures are put together is the matter of `tilt.ts` and `service_time.ts`; how much each
 * weighs, and by which experiment that was chosen, that of `adaptive_tuning.ts`.
 *
 * Left out, as it did not earn its place: the accept queue. It counts what other front ends sent, too,
 * but is as old as the report, and so front ends take turns at flooding the server whose queue was
 * short. (A server that does not empty it is left out by its life cycle.) Pressure stall information
 * is a mean over ten seconds, slower than the answers themselves.
 *
 * @param tuning Other constants, for experiments.
 */
export function adaptive(tuning: AdaptiveTuning = adaptiveTuning): Policy {
  const sampled = sampler();
  const delaysBySlot = trackDelays(tuning);
  let delays: readonly ExpectedDelay[] = [];
  let busy: readonly Float64Array[] = [];
  let totals: readonly Float64Array[] = [];
  let candidates = 0;
  /** What a doubted server is not preferred to: an idle one. */
  let leastIdle = 0;
  const held = new HeldPlaces();
  const rotation = new Rotation();
  const shares = new ChoiceShares();
  /** When each slot was last chosen, or first seen. */
  const chosenAt: number[] = [];

  /** Whether what is known of a server is too old to keep connections from it. */
  function isOverdue(slot: number, now: number): boolean {
    return now - (chosenAt[slot] ??= now) >= tuning.retryMs;
  }

  /** What keeps equals apart, from 0 to 1. */
  function turn(slot: number, random: () => number): number {
    const recency = rotation.recency(slot, candidates, random);
    return recency + tuning.chance * (random() - recency);
  }

  function cost(slot: number, _backends: BackendMetrics, { random, now }: ChoiceContext): number {
    const inFlight = sumAt(busy, slot);
    const own = 1 + tuning.tieBreak * turn(slot, random);
    const delay = delays[slot];
    if (delay === undefined) return inFlight + own;
    if (delay.mostShare < 1 && shares.of(slot, now) > delay.mostShare) return Infinity;
    if (inFlight === 0 && isOverdue(slot, now)) return own * delay.presumedPerConnection;
    const places = inFlight + held.at(slot, totals, { heldMs: delay.heldMs, inFlight }, now);
    const perConnection = delay.isDoubted
      ? Math.max(delay.perConnection, leastIdle)
      : delay.perConnection;
    return delay.distance + (places * delay.caution + own) * perConnection;
  }

  /** What a connection costs on the fastest idle server whose speed is not doubted; 0: there is none. */
  function leastOfIdle(slots: readonly number[]): number {
    let least = Infinity;
    for (const slot of slots) {
      const delay = delays[slot];
      if (delay === undefined || delay.isDoubted || sumAt(busy, slot) > 0) continue;
      if (delay.perConnection < least) least = delay.perConnection;
    }
    return least < Infinity ? least : 0;
  }

  return {
    pick(slots, backends, context) {
      delays = delaysBySlot(slots, backends, context.now);
      busy = backends.relayColumns("busy");
      totals = backends.relayColumns("total");
      candidates = slots.length;
      const looked = sampled(slots, context.random);
      const anyDoubted = looked.some((slot) => delays[slot]?.isDoubted);
      leastIdle = anyDoubted ? leastOfIdle(looked) : 0;
      const slot = pickLeast(looked, cost, backends, context);
      chosenAt[slot] = context.now;
      rotation.choose(slot);
      shares.choose(slot, context.now);
      return slot;
    },
  };
}
