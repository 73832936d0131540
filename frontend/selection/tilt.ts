import { adaptiveTuning as tuning } from "./adaptive_tuning.ts";
import type { BackendMetrics } from "./policy.ts";
import { type Strain, strains } from "./strain.ts";

/** How far a report is trusted: 1 when fresh, less with age; 0 where its time is unknown. */
function trustIn(slot: number, backends: BackendMetrics, now: number): number {
  const age = (now - backends.figure("reportedAt", slot)) / tuning.halfTrustAgeMs;
  return Number.isNaN(age) ? 0 : 1 / (1 + age * age);
}

/** By how much a newcomer's connections count for more, from 1 / firstShare down to 1. */
function warmUpFactor(slot: number, backends: BackendMetrics, now: number): number {
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

/** The factors by which one strain, compared with its mean over those that know it, tilts each. */
function factorsOf(
  strain: Strain,
  slots: readonly number[],
  backends: BackendMetrics,
  now: number,
): number[] {
  const values = slots.map((slot) => strain.of(slot, backends));
  const weights = slots.map((slot, at) => {
    if (Number.isNaN(values[at])) return 0;
    return strain.reported ? trustIn(slot, backends, now) : 1;
  });
  const mean = weightedMean(values, weights);
  return values.map((value, at) => {
    const weight = weights[at] ?? 0;
    return weight === 0 ? 1 : 1 + weight * (value / mean - 1);
  });
}

/** One reason for a tilt: 1 changes nothing, 2 makes every connection count twice. */
export interface TiltFactor {
  /** What people call it: "CPU", "memory", "RTT", "bandwidth", "warm-up". */
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
}

/**
 * How much more than itself a connection counts on each of the candidates, and why.
 *
 * A tilt is the product, over CPU, RAM, RTT and bandwidth in use, of the server's strain relative to
 * the mean of those candidates that know theirs: a figure that is unknown makes a factor of 1. Age
 * pulls a reported one towards 1. A newcomer's tilt is raised until it has warmed up.
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
  const columns = strains.map((strain) => factorsOf(strain, slots, backends, now));
  return slots.map((slot, at) => {
    const factors = strains.map(({ name }, of) => ({ name, factor: columns[of]?.[at] ?? 1 }));
    factors.push({ name: "warm-up", factor: warmUpFactor(slot, backends, now) });
    return { slot, tilt: factors.reduce((tilt, { factor }) => tilt * factor, 1), factors };
  });
}

/**
 * The tilts alone: how much more than itself a connection counts on each of the candidates, about 1
 * on average.
 *
 * @param now Monotonic milliseconds.
 * @returns as many tilts as slots, in their order, all above 0.
 */
export function tiltsOf(
  slots: readonly number[],
  backends: BackendMetrics,
  now: number,
): readonly number[] {
  return explainTilt(slots, backends, now).map(({ tilt }) => tilt);
}

/**
 * Keeps {@linkcode tiltsOf} at hand for a short while, as long as the candidates are the same list.
 *
 * @returns a function that gives the tilts by slot.
 */
export function trackTilts(): typeof tiltsOf {
  const bySlot: number[] = [];
  let seen: readonly number[] | undefined;
  let madeAt = -Infinity;
  return (slots, backends, now) => {
    const age = now - madeAt;
    if (slots === seen && age >= 0 && age < tuning.tiltsKeptMs) return bySlot;
    const tilts = tiltsOf(slots, backends, now);
    for (const [at, slot] of slots.entries()) bySlot[slot] = tilts[at] ?? 1;
    seen = slots;
    madeAt = now;
    return bySlot;
  };
}
