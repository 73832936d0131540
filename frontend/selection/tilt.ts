import { type AdaptiveTuning, adaptiveTuning } from "./adaptive_tuning.ts";
import { isWayKnown, wayMs } from "../table/way.ts";
import type { BackendMetrics } from "./policy.ts";
import { type ServiceTime, serviceTimes } from "./service_time.ts";
import { type Strain, strains } from "./strain.ts";

/** What is known of the candidates at a moment, and how it is weighed. */
interface Moment {
  readonly backends: BackendMetrics;
  readonly now: number;
  readonly tuning: AdaptiveTuning;
}

/** How far a report is trusted: 1 when fresh, less with age; 0 where its time is unknown. */
function trustIn(
  slot: number,
  { backends, now, tuning }: Moment,
): number {
  const age = (now - backends.figure("reportedAt", slot)) / tuning.halfTrustAgeMs;
  return Number.isNaN(age) ? 0 : 1 / (1 + age * age);
}

/** By how much a newcomer's connections in flight count for more, from 1 / firstShare down to 1. */
function warmUpFactor(slot: number, { backends, now, tuning }: Moment): number {
  const warmth = (now - backends.figure("stateSince", slot)) / tuning.warmUpMs;
  // A server whose time of arrival is unknown is no newcomer.
  return warmth < 1 ? 1 / Math.max(tuning.firstShare, warmth) : 1;
}

/** The weighted mean of values; NaN where all weights are 0. A value of weight 0 may be NaN. */
function weightedMean(values: readonly number[], weights: readonly number[]): number {
  let sum = 0;
  let total = 0;
  for (const [at, value] of values.entries()) {
    const weight = weights[at] ?? 0;
    if (weight === 0) continue;
    sum += weight * value;
    total += weight;
  }
  return sum / total;
}

/**
 * The factors by which one strain, compared with its mean over those that know it, tilts each. One that
 * is not credited with its speed is not preferred for having little to do either: it may do nothing.
 */
function factorsOf(
  strain: Strain,
  slots: readonly number[],
  times: readonly ServiceTime[],
  moment: Moment,
): number[] {
  const { backends, tuning } = moment;
  const values = slots.map((slot) => strain.of(slot, backends, tuning));
  const weights = slots.map((slot, at) => Number.isNaN(values[at]) ? 0 : trustIn(slot, moment));
  const mean = weightedMean(values, weights);
  return values.map((value, at) => {
    const weight = weights[at] ?? 0;
    const factor = weight === 0 ? 1 : 1 + weight * (value / mean - 1);
    return isHeld(times[at]) ? Math.max(1, factor) : factor;
  });
}

function isHeld(time: ServiceTime | undefined): boolean {
  return time !== undefined && time.heldMs > 0;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** One reason for the candidates' tilts, in their order. */
interface FactorColumn {
  readonly name: string;
  readonly factors: readonly number[];
}

/** How much slower each server answers, and how much longer its link takes, than the mean. */
function serviceColumns(times: readonly ServiceTime[]): FactorColumn[] {
  const mean = meanOf(times.map(({ paceMs, transferMs }) => paceMs + transferMs));
  const meanTransfer = meanOf(times.map(({ transferMs }) => transferMs));
  const withMeanLink = times.map(({ paceMs }) => paceMs + meanTransfer);
  return [
    { name: "speed", factors: withMeanLink.map((ms) => ms / mean) },
    {
      name: "bandwidth",
      factors: times.map(({ paceMs, transferMs }, at) =>
        (paceMs + transferMs) / (withMeanLink[at] ?? NaN)
      ),
    },
  ];
}

/** By how many milliseconds each server is farther away than the nearest; 0 where unknown. */
function detoursOf(slots: readonly number[], backends: BackendMetrics): number[] {
  const ways = slots.map((slot) => isWayKnown(slot, backends) ? wayMs(slot, backends) : NaN);
  const nearest = ways.reduce((least, way) => way < least ? way : least, Infinity);
  return ways.map((way) => way > nearest ? way - nearest : 0);
}

/** What a detour costs a connection, in milliseconds: its round trips, short ones left out. */
function distanceMs(detourMs: number, { roundTrips, indifferenceMs }: AdaptiveTuning): number {
  return Math.max(0, roundTrips * detourMs - indifferenceMs);
}

/** What the candidates' delays are made of. */
interface Weighed {
  /** What multiplies the cost of every connection in flight. */
  readonly columns: readonly FactorColumn[];
  /** What the way to each server costs, once. */
  readonly distances: readonly number[];
  /** As how many the connections in flight count. */
  readonly cautions: readonly number[];
  readonly times: readonly ServiceTime[];
}

function weigh(slots: readonly number[], moment: Moment): Weighed {
  const { backends, now, tuning } = moment;
  const times = serviceTimes(slots, backends, now, tuning);
  const meanMs = meanOf(times.map(({ paceMs, transferMs }) => paceMs + transferMs));
  const detours = detoursOf(slots, backends);
  return {
    columns: [
      ...serviceColumns(times),
      ...strains.map((strain) => ({
        name: strain.name,
        factors: factorsOf(strain, slots, times, moment),
      })),
    ],
    cautions: slots.map((slot) => warmUpFactor(slot, moment)),
    times,
    distances: detours.map((ms) => distanceMs(ms, tuning) / meanMs),
  };
}

function productAt(columns: readonly FactorColumn[], at: number): number {
  return columns.reduce((product, { factors }) => product * (factors[at] ?? 1), 1);
}

/**
 * How long a connection is expected to take on a server, in units of what one connection in flight
 * takes on an average one.
 */
export interface ExpectedDelay {
  /** What the way to the server costs, however busy it is; 0 for the nearest. */
  readonly distance: number;
  /** What each connection costs, those in flight and the new one; above 0. */
  readonly perConnection: number;
  /** The same, were it as fast as the fastest. */
  readonly presumedPerConnection: number;
  /** As how many each connection in flight counts; 1 but for a newcomer. */
  readonly caution: number;
  /** For how long a connection is held to occupy the server after its end, in milliseconds. */
  readonly heldMs: number;
  /** Whether it is so much faster than it is credited to be that something else may be the matter. */
  readonly isDoubted: boolean;
  /** The most that it may get of the choices, which is less than all where it is doubted; above 0. */
  readonly mostShare: number;
}

/**
 * The expected delays of the candidates.
 *
 * @param slots The candidates, which are compared with one another.
 * @param now Monotonic milliseconds.
 * @returns as many as slots, in their order.
 */
export function expectedDelays(
  slots: readonly number[],
  backends: BackendMetrics,
  now: number,
  tuning: AdaptiveTuning = adaptiveTuning,
): readonly ExpectedDelay[] {
  const { columns, distances, cautions, times } = weigh(slots, { backends, now, tuning });
  const unhurried = columns.filter(({ name }) => name !== "speed");
  const speed = columns.find(({ name }) => name === "speed")?.factors ?? [];
  const fastest = speed.reduce((least, factor) => factor < least ? factor : least, Infinity);
  const capacity = times.reduce((sum, { creditedMs }) => sum + 1 / creditedMs, 0);
  return distances.map((distance, at) => {
    const { heldMs = 0, creditedMs = Infinity, unexplained = null } = times[at] ?? {};
    const isDoubted = unexplained !== null;
    return {
      distance,
      perConnection: productAt(columns, at),
      presumedPerConnection: fastest * productAt(unhurried, at),
      caution: cautions[at] ?? 1,
      heldMs,
      isDoubted,
      mostShare: isDoubted ? Math.min(1, tuning.doubtedShare / creditedMs / capacity) : 1,
    };
  });
}

/** One reason for a tilt: 1 changes nothing, 2 makes a connection cost twice as much. */
export interface TiltFactor {
  /** What people call it: "speed", "bandwidth", "CPU", "memory", "RTT", "warm-up". */
  readonly name: string;
  /** Above 0. */
  readonly factor: number;
}

/** Why a server is preferred or spared. */
export interface TiltExplanation {
  readonly slot: number;
  /** The product of the factors: below 1 it is preferred, above 1 spared. */
  readonly tilt: number;
  /** All that can tilt, also those that do not at present (1). */
  readonly factors: readonly TiltFactor[];
  /** How many times as fast it is as anything explains, where it is not preferred for that; else null. */
  readonly unexplained: number | null;
}

/**
 * How much more than on an average server a connection costs on each of the candidates, and why: RTT as
 * for one that is idle, warm-up as for one that is not.
 *
 * @param slots The candidates, which are compared with one another.
 * @param now Monotonic milliseconds.
 * @returns as many explanations as slots, in their order.
 */
export function explainTilt(
  slots: readonly number[],
  backends: BackendMetrics,
  now: number,
): readonly TiltExplanation[] {
  const moment = { backends, now, tuning: adaptiveTuning };
  const { columns, distances, cautions, times } = weigh(slots, moment);
  return slots.map((slot, at) => {
    const perConnection = productAt(columns, at);
    const factors = [
      ...columns.map((column) => ({ name: column.name, factor: column.factors[at] ?? 1 })),
      { name: "RTT", factor: 1 + (distances[at] ?? 0) / perConnection },
      { name: "warm-up", factor: cautions[at] ?? 1 },
    ];
    const tilt = factors.reduce((product, { factor }) => product * factor, 1);
    return { slot, tilt, factors, unexplained: times[at]?.unexplained ?? null };
  });
}

/**
 * Keeps {@linkcode expectedDelays} at hand for a short while, as long as the candidates are the same
 * or some of them.
 *
 * @returns a function that gives the delays by slot.
 */
export function trackDelays(
  tuning: AdaptiveTuning = adaptiveTuning,
): (slots: readonly number[], backends: BackendMetrics, now: number) => readonly ExpectedDelay[] {
  const bySlot: ExpectedDelay[] = [];
  let seen: readonly number[] | undefined;
  let madeAt = -Infinity;
  return (slots, backends, now) => {
    const age = now - madeAt;
    const isFresh = age >= 0 && age < tuning.delaysKeptMs;
    if (isFresh && (slots === seen || slots.every((slot) => slot in bySlot))) return bySlot;
    const delays = expectedDelays(slots, backends, now, tuning);
    bySlot.length = 0;
    for (const [at, slot] of slots.entries()) {
      const delay = delays[at];
      if (delay !== undefined) bySlot[slot] = delay;
    }
    seen = slots;
    madeAt = now;
    return bySlot;
  };
}
