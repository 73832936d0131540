import type { Contestant } from "./contestant.ts";
import { quantileOfSorted } from "../quantile.ts";
import { type Run, runScenario } from "./run_scenario.ts";
import type { Scenario } from "./scenario.ts";
import { busiestToIdlest, worstShare } from "./shares.ts";

/** What a contestant reached in a scenario, over all seeds together. */
export interface Score {
  readonly contestant: string;
  /** How long an exchange took, in milliseconds. */
  readonly p50: number;
  readonly mean: number;
  readonly p99: number;
  readonly p999: number;
  /** The 99th percentile of each seed by itself, ascending: how much chance there is in it. */
  readonly p99BySeed: readonly number[];
  /** Exchanges that got an error, and connections that got no answer. */
  readonly failed: number;
  /** Exchanges that were measured. */
  readonly measured: number;
  /** The part of all exchanges that the server answered which answered the most. */
  readonly greatestShare: number;
  /** How many times as many connections as the idlest the busiest server got, on average. */
  readonly busiestToIdlest: number;
  /** The part of the connections that a broken server got in its worst ten seconds; null: none broke. */
  readonly brokenShare: number | null;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function brokenShareOf(runs: readonly Run[], { brokenFromMs, lengthMs }: Scenario): number | null {
  if (brokenFromMs === undefined) return null;
  return Math.max(...runs.map((run) => worstShare(run, { brokenFromMs, lengthMs })));
}

function greatestShareOf(runs: readonly Run[]): number {
  const served: number[] = [];
  for (const second of runs.flatMap(({ perSecond }) => perSecond)) {
    for (const [place, count] of second.entries()) served[place] = (served[place] ?? 0) + count;
  }
  return Math.max(...served) / served.reduce((sum, count) => sum + count, 0);
}

/** Runs one contestant with all seeds. */
export function score(
  scenario: Scenario,
  contestant: Contestant,
  seeds: readonly number[],
): Score {
  const runs = seeds.map((seed) => runScenario(scenario, contestant, seed));
  const latencies = runs.flatMap((run) => run.latencies);
  const sorted = Float64Array.from(latencies).sort();
  const p99BySeed = runs.map(({ latencies }) =>
    quantileOfSorted(Float64Array.from(latencies).sort(), 0.99)
  );
  return {
    contestant: contestant.name,
    p50: quantileOfSorted(sorted, 0.5),
    mean: meanOf(latencies),
    p99: quantileOfSorted(sorted, 0.99),
    p999: quantileOfSorted(sorted, 0.999),
    p99BySeed: p99BySeed.toSorted((one, other) => one - other),
    failed: runs.reduce((sum, { failed }) => sum + failed, 0),
    measured: sorted.length,
    greatestShare: greatestShareOf(runs),
    busiestToIdlest: meanOf(runs.map((run) => busiestToIdlest(run, scenario.measuredFromMs))),
    brokenShare: brokenShareOf(runs, scenario),
  };
}

/** An experiment and what everyone reached in it. */
export interface Comparison {
  readonly scenario: Scenario;
  readonly about: string;
  readonly scores: readonly Score[];
}

/** The score with the least of a figure of those named, of those that failed the least. */
export function bestOf(
  scores: readonly Score[],
  names: readonly string[],
  figure: "p99" | "mean" = "p99",
): Score | undefined {
  const named = scores.filter(({ contestant }) => names.includes(contestant));
  const leastFailed = Math.min(...named.map(({ failed }) => failed));
  // A policy that fails requests has only the quick ones left to measure.
  const sound = named.filter(({ failed, measured }) => failed <= leastFailed + measured / 1_000);
  return sound.toSorted((one, other) => one[figure] - other[figure])[0];
}
