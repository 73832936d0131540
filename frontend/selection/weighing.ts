import type { AffinityName, PolicyName } from "../../lib/config/settings.ts";
import { loadBound } from "./affinity.ts";
import { connectionsInFlight } from "./least_connections.ts";
import { reportedLoad } from "./least_loaded.ts";
import { meanOverWorkers } from "./peak_ewma.ts";
import type { BackendMetrics } from "./policy.ts";
import { explainTilt } from "./tilt.ts";

/** What a candidate has to say for and against itself at present. */
export interface Weight {
  /** What a connection to it costs: the less beside the others', the more it is preferred. */
  readonly cost: number;
  /** What the cost comes from, in words. */
  readonly grounds: readonly string[];
}

/**
 * Weighs candidates against one another as a policy does, without choosing.
 *
 * @param now Monotonic milliseconds.
 * @returns as many weights as slots, in their order.
 */
export type Weigh = (
  slots: readonly number[],
  backends: BackendMetrics,
  now: number,
) => readonly Weight[];

/** A factor that is nearer to 1 than this goes without saying. */
const leastWorthSaying = 0.05;

/** How candidates are weighed under a policy, or under the affinity that stands in for it. */
export function weighing(policy: PolicyName, affinity: AffinityName): Weigh {
  return affinity === "none" ? byPolicy[policy] : byAffinity;
}

const byPolicy: Readonly<Record<PolicyName, Weigh>> = {
  "adaptive": byTilt,
  "random": alike("every server alike, by chance"),
  "round-robin": alike("each server in its turn"),
  "least-connections": byConnections,
  "least-loaded": byReport,
  "two-choices": byConnections,
  "peak-ewma": byLatency,
};

function alike(ground: string): Weigh {
  return (slots) => slots.map(() => ({ cost: 1, grounds: [ground] }));
}

/** The half stands for chance, which decides among servers that have next to nothing in flight. */
function byConnections(slots: readonly number[], backends: BackendMetrics): Weight[] {
  const inFlight = slots.map((slot) => connectionsInFlight(slot, backends));
  const average = mean(inFlight);
  return inFlight.map((count) => ({
    cost: count + 0.5,
    grounds: [`${count} in flight (average ${brief(average)})`],
  }));
}

function byTilt(slots: readonly number[], backends: BackendMetrics, now: number): Weight[] {
  const tilts = explainTilt(slots, backends, now);
  return byConnections(slots, backends).map(({ cost, grounds }, at) => {
    const { tilt = 1, factors = [], unexplained = null } = tilts[at] ?? {};
    const telling = factors.filter(({ factor }) => Math.abs(factor - 1) >= leastWorthSaying);
    const words = telling.map(({ name, factor }) => `${name} ×${factor.toFixed(2)}`);
    const doubts = unexplained === null ? [] : [doubt(unexplained)];
    return { cost: cost * tilt, grounds: [...grounds, ...words, ...doubts] };
  });
}

function doubt(times: number): string {
  return `answers ${brief(times)} times as fast as anything explains, and is not preferred for it`;
}

function byReport(slots: readonly number[], backends: BackendMetrics): Weight[] {
  const loads = slots.map((slot) => reportedLoad(slot, backends));
  const average = mean(loads);
  return loads.map((load) =>
    Number.isNaN(load)
      ? { cost: Number.isNaN(average) ? 1 : average, grounds: ["its load is unknown"] }
      : { cost: load, grounds: [`load ${percent(load)} (average ${percent(average)})`] }
  );
}

/** Latency × connections, as the policy has it; the servers that sent nothing yet count as average. */
function byLatency(slots: readonly number[], backends: BackendMetrics): Weight[] {
  const latencies = slots.map((slot) => meanOverWorkers("firstByteMs", slot, backends));
  const average = mean(latencies);
  return byConnections(slots, backends).map(({ cost, grounds }, at) => {
    const latency = latencies[at] ?? NaN;
    if (Number.isNaN(latency)) {
      return { cost: cost * (average || 1), grounds: [...grounds, "no first byte measured yet"] };
    }
    const ground = `first byte after ${brief(latency)} ms (average ${brief(average)} ms)`;
    return { cost: cost * latency, grounds: [...grounds, ground] };
  });
}

function byAffinity(slots: readonly number[], backends: BackendMetrics): Weight[] {
  const bound = Math.floor(loadBound(slots, backends));
  return slots.map((slot) => {
    const count = connectionsInFlight(slot, backends);
    return count > bound
      ? { cost: Infinity, grounds: [`${count} in flight, over its bound of ${bound}`] }
      : { cost: 1, grounds: [`gets the clients that are its own; ${count} in flight`] };
  });
}

/** The mean of what is known; NaN where nothing is. */
export function mean(values: readonly number[]): number {
  const known = values.filter((value) => Number.isFinite(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function brief(value: number): string {
  return value.toFixed(value < 10 && !Number.isInteger(value) ? 1 : 0);
}

function percent(part: number): string {
  return `${Math.round(part * 100)}%`;
}
