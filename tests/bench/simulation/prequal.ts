import type { Policy } from "../../../frontend/selection/policy.ts";
import { drawSlot } from "../../../frontend/selection/draw.ts";
import type { Contestant, Surroundings } from "./contestant.ts";
import { quantile } from "../quantile.ts";

/** What a server said when it was asked how it is. */
interface Answer {
  readonly slot: number;
  readonly at: number;
  /** Requests in flight there; those that we sent since are added. */
  inFlight: number;
  readonly latencyMs: number;
  usesLeft: number;
}

const poolSize = 16;
const probesPerRequest = 3;
const hotQuantile = 0.84;
const oldestMs = 1_000;
/** How much more slowly the pool is used up than filled (δ of the paper). */
const slack = 1;
const removedPerRequest = 1;

/** How often an answer is used before it goes, after the paper's equation. */
function usesOf(servers: number): number {
  const supply = (1 - poolSize / servers) * probesPerRequest - removedPerRequest;
  return supply > 0 ? Math.max(1, (1 + slack) / supply) : poolSize;
}

/** Of two answers, whether the first is the better: cold before hot, then latency or load. */
function isBetter(one: Answer, other: Answer, hotFrom: number): boolean {
  const isHot = one.inFlight >= hotFrom;
  const isOtherHot = other.inFlight >= hotFrom;
  if (isHot !== isOtherHot) return isOtherHot;
  return isHot ? one.inFlight < other.inFlight : one.latencyMs < other.latencyMs;
}

/**
 * Prequal's rule: Wydrowski et al., "Load is not what you should balance: Introducing Prequal", NSDI
 * 2024. Three random servers are probed with every request; of the pool of the latest 16 answers, the
 * servers whose requests in flight are above the 84th percentile are hot and avoided, and of the cold
 * ones the one with the least latency is chosen.
 *
 * Unlike all others it asks the servers themselves, before every request, and so knows what the other
 * front ends sent; it needs servers that answer such probes.
 */
function prequalPolicy({ timeline, random, serverOf }: Surroundings): Policy {
  const pool: Answer[] = [];
  let removals = 0;

  function prune(): void {
    const { now } = timeline;
    for (let at = pool.length - 1; at >= 0; at--) {
      const answer = pool[at];
      if (answer === undefined) continue;
      if (now - answer.at > oldestMs || answer.usesLeft <= 0) pool.splice(at, 1);
    }
    while (pool.length > poolSize) pool.shift();
  }

  function probe(slots: readonly number[]): void {
    for (let count = 0; count < probesPerRequest; count++) {
      const slot = drawSlot(slots, random);
      const server = serverOf(slot);
      timeline.after(server.rttMs / 2, () => {
        const inFlight = server.inFlight;
        const latencyMs = server.latencyAt(inFlight) + server.rttMs;
        timeline.after(server.rttMs / 2, () => {
          pool.push({
            slot,
            at: timeline.now,
            inFlight,
            latencyMs,
            usesLeft: usesOf(slots.length),
          });
        });
      });
    }
  }

  /** Alternately the oldest answer and the worst, so that the pool does not keep what is bad. */
  function removeOne(hotFrom: number): void {
    if (pool.length <= 1 || pool.length < poolSize) return;
    if (++removals % 2 === 0) {
      pool.shift();
      return;
    }
    const worst = pool.reduce((one, other) => isBetter(one, other, hotFrom) ? other : one);
    pool.splice(pool.indexOf(worst), 1);
  }

  return {
    pick(slots) {
      prune();
      probe(slots);
      const known = pool.filter(({ slot }) => slots.includes(slot));
      const hotFrom = quantile(known.map(({ inFlight }) => inFlight), hotQuantile);
      const [first, ...others] = known;
      if (first === undefined || known.length < 2) return drawSlot(slots, random);
      const best = others.reduce(
        (one, other) => isBetter(other, one, hotFrom) ? other : one,
        first,
      );
      best.usesLeft--;
      for (const answer of pool) if (answer.slot === best.slot) answer.inFlight++;
      removeOne(hotFrom);
      return best.slot;
    },
  };
}

/** Prequal among the contestants. */
export const prequal: Contestant = { name: "Prequal", make: prequalPolicy };
