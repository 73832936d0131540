import type { AdaptiveTuning } from "../../../frontend/selection/adaptive_tuning.ts";
import { adaptiveTuning } from "../../../frontend/selection/adaptive_tuning.ts";
import { blindTo } from "./blind.ts";
import type { Contestant } from "./contestant.ts";
import { contestants, ours } from "./contestants.ts";
import { retuned } from "./retuned.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";

/** A scenario, and who is compared in it. */
export interface Experiment {
  /** What it is to tell: how the policies compare, what a metric is worth, or which constant is best. */
  readonly about: "policies" | "metric" | keyof AdaptiveTuning;
  readonly scenario: Scenario;
  readonly contestants: readonly Contestant[];
}

/** A scenario by its name. */
function named(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new RangeError(`Cannot find scenario ${name}`);
  return found;
}

const adaptive = ours.filter(({ name }) => name === "adaptive");

/** The policy with and without one metric, where that is to make the difference. */
function metric(scenario: string, ...without: Parameters<typeof blindTo>): Experiment {
  return {
    about: "metric",
    scenario: named(scenario),
    contestants: [...adaptive, blindTo(...without)],
  };
}

/** The policy with other values of a constant, the one in use among them. */
function sweep(
  about: keyof AdaptiveTuning,
  values: readonly number[],
  where: readonly string[],
): Experiment[] {
  if (!values.includes(adaptiveTuning[about])) {
    throw new RangeError(`Cannot sweep ${about}: ${adaptiveTuning[about]} is not among the values`);
  }
  return where.map((scenario) => ({
    about,
    scenario: named(scenario),
    contestants: values.map((value) => retuned({ [about]: value })),
  }));
}

/** All experiments of which results are kept. */
export const experiments: readonly Experiment[] = [
  ...scenarios.map((scenario) => ({ about: "policies" as const, scenario, contestants })),

  metric("sparse", "CPU", ["cpu"]),
  metric("memory", "RAM", ["ram"]),
  metric("far", "RTT", ["rttMs", "shortestConnectMs"]),
  metric("slow-link", "bandwidth", ["inBps", "outBps"]),

  ...sweep("tieBreak", [0, 0.25, 0.5, 1], ["quarter-speed", "sparse", "low-load"]),
  ...sweep("paceMemoryMs", [1_000, 3_000, 10_000], [
    "moving-antagonist",
    "four-front-ends-quarter-speed",
  ]),
  ...sweep("presumedPlaces", [0.5, 8, 64], ["four-front-ends-quarter-speed", "low-load"]),
  ...sweep("presumedPaceMs", [1, 10, 100], ["far"]),
  ...sweep("retryMs", [500, 2_000, Infinity], ["quarter-speed-low-load", "sparse"]),
  ...sweep("indifferenceMs", [0, 2, 5], ["quarter-speed", "low-load"]),
  ...sweep("roundTrips", [0, 1, 2, 4], ["far"]),
  ...sweep("cpuStrain", [0, 0.5, 1, 2], ["sparse", "moving-antagonist", "four-front-ends"]),
  ...sweep("ramStrain", [0, 1, 2, 4], ["memory"]),
  ...sweep("ramPower", [4, 16, 64], ["memory", "full-memory"]),
  ...sweep("halfTrustAgeMs", [1_000, 5_000, 60_000], ["lost-probes", "sparse"]),
  ...sweep("warmUpMs", [0, 2_000, 10_000], ["cold-start", "death-and-return"]),
  ...sweep("firstShare", [0.1, 0.25, 1], ["cold-start"]),
  ...sweep("chance", [0, 0.3, 1], ["reload-of-3", "equal", "four-front-ends"]),
  ...sweep("doubt", [0, 0.5, 1, 2], ["reload-of-3", "quarter-speed-low-load", "moving-antagonist"]),
  ...sweep("excessDoubt", [0, 1, 2, 4], ["reload-of-3", "quarter-speed", "moving-antagonist"]),
  ...sweep("suddenLead", [1.3, 1.7, 2.5, Infinity], ["sinkhole-working", "antagonist"]),
  ...sweep("firstCredit", [1, 2, 4], ["sinkhole-first-day-busy", "truly-fast-of-2"]),
  ...sweep("creditDoublingMs", [250, 750, 3_000], ["sinkhole-first-day-busy", "truly-fast-of-2"]),
  ...sweep("usualMemoryMs", [5_000, 60_000, 600_000], ["sinkhole-working", "moving-antagonist"]),
  ...sweep("fewestPlaces", [0.1, 1, 10], ["sinkhole-low-load", "sinkhole-of-10"]),
  ...sweep("believableLead", [4, 14, 500], ["sinkhole-first-day-busy", "truly-fast-of-4"]),
  ...sweep("oddAnswersLead", [2, 4.2, 8], ["sinkhole-first-day-working", "truly-fast-other-pages"]),
  ...sweep("alikeSizes", [1.1, 1.5, 30], ["sinkhole-first-day-working", "truly-fast-of-4"]),
  ...sweep("doubtedLead", [1.2, 1.6, 2.5], [
    "sinkhole-first-day-working",
    "truly-fast-other-pages",
    "quarter-speed",
    "moving-antagonist",
  ]),
  ...sweep("doubtedShare", [1.1, 1.25, 1.5, Infinity], [
    "sinkhole-insistent",
    "sinkhole-high-load",
    "truly-fast-other-pages",
  ]),
  ...sweep("leastCpuPart", [0, 1 / 3, 0.8], ["sinkhole-first-day-idle", "truly-fast-of-4"]),
  ...sweep("delaysKeptMs", [10, 50, 1_000], ["moving-antagonist"]),
];
