import { type Spread, spread } from "../spread.ts";
import type { Contestant } from "./contestants.ts";
import type { Scenario } from "./scenarios.ts";
import type { Summary } from "./summary.ts";

/** What a load balancer's trials in a scenario gave, one for each round. */
export interface Findings {
  readonly contestant: Contestant;
  readonly rounds: readonly Summary[];
}

/** What all load balancers' trials in a scenario gave. */
export interface ScenarioFindings {
  readonly scenario: Scenario;
  readonly findings: readonly Findings[];
}

/** The spread of one figure over the rounds. */
export function spreadOf({ rounds }: Findings, figure: keyof Summary): Spread {
  return spread(rounds.map((summary) => summary[figure]));
}

/** The peer whose median of a figure is the smallest; null where there are no peers. */
export function bestPeer(findings: readonly Findings[], figure: keyof Summary): Findings | null {
  const median = (one: Findings) => spreadOf(one, figure).median;
  const ordered = findings.filter(({ contestant }) => contestant.isPeer)
    .toSorted((a, b) => median(a) - median(b));
  return ordered[0] ?? null;
}

/** One's figure by another's, of the rounds in which both served the same requests. */
export function ratio(one: Findings, other: Findings, figure: keyof Summary): Spread {
  const ratios = one.rounds.map((summary, round) =>
    summary[figure] / (other.rounds[round]?.[figure] ?? NaN)
  );
  return spread(ratios);
}
