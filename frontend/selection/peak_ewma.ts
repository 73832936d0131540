import { remainingWeight } from "../../lib/stats/ewma.ts";
import type { RelayFigure } from "../table/state_table.ts";
import { drawPair } from "./draw.ts";
import { connectionsInFlight } from "./least_connections.ts";
import type { BackendMetrics, Policy } from "./policy.ts";

/** How long a slow moment is remembered: its weight falls to 1/e in this many milliseconds. */
const memoryMs = 10_000;

/** The mean of a figure over the workers that know it; NaN where none does. */
export function meanOverWorkers(name: RelayFigure, slot: number, backends: BackendMetrics): number {
  let sum = 0;
  let known = 0;
  for (let worker = 0; worker < backends.size.workers; worker++) {
    const value = backends.relayFigure(name, slot, worker);
    if (Number.isNaN(value)) continue;
    sum += value;
    known++;
  }
  return known > 0 ? sum / known : NaN;
}

/**
 * Follows a latency per slot with an average that rises at once and falls slowly; while nothing new
 * is measured it fades, so that a server that was slow once is tried again.
 *
 * @returns a function from slot to milliseconds; NaN where nothing is known.
 */
function trackPeak(
  name: RelayFigure,
): (slot: number, backends: BackendMetrics, now: number) => number {
  const measured: number[] = [];
  const peaks: number[] = [];
  const updatedAt: number[] = [];
  return (slot, backends, now) => {
    const latest = meanOverWorkers(name, slot, backends);
    const before = peaks[slot] ?? NaN;
    const sample = latest === measured[slot] ? 0 : latest;
    const weight = remainingWeight(now - (updatedAt[slot] ?? now), memoryMs);
    const average = sample + weight * (before - sample);
    const peak = average > sample ? average : sample;
    measured[slot] = latest;
    updatedAt[slot] = now;
    peaks[slot] = peak;
    return peak;
  };
}

/**
 * Of two servers drawn at random, the one with less latency × (connections in flight + 1).
 *
 * The latency is that of the server's first byte or, unless both have sent one, of connecting: like
 * is compared with like. Where not even that is known of both, connections in flight decide alone, so
 * that a newcomer gets an even share of its pairs until it was measured.
 *
 * Finagle's `PeakEwma` (2015), the balancer of Linkerd: latency peaks count at once and are
 * forgotten with τ = 10 s.
 */
export function peakEwma(): Policy {
  const firstByte = trackPeak("firstByteMs");
  const connect = trackPeak("connectMs");

  /** How many times the latency of `other` that of `one` is; 1 where it cannot be told. */
  function latencyRatio(
    one: number,
    other: number,
    backends: BackendMetrics,
    now: number,
  ): number {
    // All four are followed at every look, so that no measurement is missed.
    const firstBytes = firstByte(one, backends, now) / firstByte(other, backends, now);
    const connects = connect(one, backends, now) / connect(other, backends, now);
    if (!Number.isNaN(firstBytes)) return firstBytes;
    return Number.isNaN(connects) ? 1 : connects;
  }

  return {
    pick(slots, backends, { now, random }) {
      const [one, other] = drawPair(slots, random);
      const ratio = latencyRatio(one, other, backends, now);
      const costOfOne = ratio * (connectionsInFlight(one, backends) + 1);
      return costOfOne > connectionsInFlight(other, backends) + 1 ? other : one;
    },
  };
}
