import { type Pace, paceOf } from "../table/pace.ts";
import type { AdaptiveTuning } from "./adaptive_tuning.ts";
import type { BackendMetrics } from "./policy.ts";
import { chanceIn, withoutChance } from "./significance.ts";

/** What one connection in flight costs on a server, in milliseconds. */
export interface ServiceTime {
  /** Until the server begins to answer. */
  readonly paceMs: number;
  /** Until its link has carried an average answer. */
  readonly transferMs: number;
  /** What it is credited to need until it begins to answer, as it is: chance and small times count. */
  readonly creditedMs: number;
  /** For how much longer it is held to occupy the server, which is not credited with its speed. */
  readonly heldMs: number;
  /** How many times as fast it is as it is credited to be, where that is much; null: it is not. */
  readonly unexplained: number | null;
}

/** Shorter times are not told apart. */
const shortestMs = 0.01;

/** The pace of all servers together, which stands for what is not known of one. */
function commonPace(paces: readonly Pace[], tuning: AdaptiveTuning): number {
  let ms = tuning.presumedPaceMs;
  let places = 1;
  for (const pace of paces) {
    ms += pace.ms;
    places += pace.places;
  }
  return ms / places;
}

/** The bandwidth that a server uses in its busier direction: links carry both at once. */
function bandwidthInUse(slot: number, backends: BackendMetrics): number {
  const inBps = backends.figure("inBps", slot);
  const outBps = backends.figure("outBps", slot);
  return Math.max(inBps > 0 ? inBps : 0, outBps > 0 ? outBps : 0);
}

/** Bytes of an average answer: the bandwidth in use, shared among the answers of a second. */
function bytesPerAnswer(
  slots: readonly number[],
  backends: BackendMetrics,
  paces: readonly Pace[],
  tuning: AdaptiveTuning,
): number {
  let bps = 0;
  for (const slot of slots) bps += bandwidthInUse(slot, backends);
  let answers = 0;
  for (const pace of paces) answers += pace.answers;
  const perSecond = answers * 1_000 / tuning.paceMemoryMs;
  return bps / Math.max(tuning.fewestAnswersPerSecond, perSecond);
}

/** A server's link in bytes per second. */
function linkOf(slot: number, backends: BackendMetrics, tuning: AdaptiveTuning): number {
  const known = backends.figure("linkBps", slot);
  return known >= 1 ? known : tuning.presumedLinkBps;
}

/**
 * How long one connection in flight takes each of the candidates.
 *
 * The pace is learnt from the answers (see `pace.ts`). Where few are known lately, it is drawn towards
 * that of all: so a newcomer begins as an average server, one slow answer condemns nobody, and a
 * server that was slow and therefore gets nothing is tried again once what is known of it has faded.
 * Nobody is faster than it is credited to be (see `speed_credit.ts`), and differences that chance
 * explains do not count (see `significance.ts`).
 *
 * The transfer follows from the bandwidth in use and the link's speed.
 *
 * @param now Monotonic milliseconds.
 * @returns as many as slots, in their order; every sum of the first two parts is above 0.
 */
export function serviceTimes(
  slots: readonly number[],
  backends: BackendMetrics,
  now: number,
  tuning: AdaptiveTuning,
): readonly ServiceTime[] {
  const paces = slots.map((slot) => paceOf(slot, backends, now, tuning.paceMemoryMs));
  const common = commonPace(paces, tuning);
  const bytes = bytesPerAnswer(slots, backends, paces, tuning);
  const { presumedPlaces, indifferenceMs } = tuning;
  const learnt = paces.map(({ ms, places }) =>
    (ms + presumedPlaces * common) / (places + presumedPlaces)
  );
  const shortfalls = slots.map((slot, at) =>
    shortfall(learnt[at] ?? 0, backends.figure("creditedPaceMs", slot))
  );
  const credited = learnt.map((ms, at) => indifferenceMs + ms + (shortfalls[at] ?? 0));
  const paceMs = withoutChance(credited, paces.map((pace) => chanceIn(pace, tuning)));
  return slots.map((slot, at) => ({
    paceMs: paceMs[at] ?? indifferenceMs,
    transferMs: 1_000 * bytes / linkOf(slot, backends, tuning),
    creditedMs: Math.max(shortestMs, (learnt[at] ?? 0) + (shortfalls[at] ?? 0)),
    heldMs: shortfalls[at] ?? 0,
    unexplained: unexplained(learnt[at] ?? 0, shortfalls[at] ?? 0, tuning),
  }));
}

/** By how much a time is shorter than is credited; 0 where it is not, or nothing is known. */
function shortfall(ms: number, creditedMs: number): number {
  return creditedMs > ms ? creditedMs - ms : 0;
}

function unexplained(ms: number, shortfallMs: number, tuning: AdaptiveTuning): number | null {
  const times = 1 + shortfallMs / Math.max(shortestMs, ms);
  return times > tuning.doubtedLead ? times : null;
}
