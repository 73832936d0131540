import { adaptiveTuning } from "../../../frontend/selection/adaptive_tuning.ts";
import type { Comparison } from "./comparison.ts";
import { milliseconds, percent, spread, table } from "./markdown.ts";

const heads = [
  "scenario",
  "",
  "p50 ms",
  "mean ms",
  "p99 ms",
  "p99.9 ms",
  "failed",
  "greatest share",
  "busiest to idlest",
  "broken one's share",
];

/** The value of a constant that a contestant's name tells. */
function isInUse(about: string, contestant: string): boolean {
  const value = adaptiveTuning[about as keyof typeof adaptiveTuning];
  return contestant === `${about} ${value}`;
}

function section(about: string, comparisons: readonly Comparison[]): string {
  const rows = comparisons.flatMap(({ scenario, scores }) =>
    scores.map((score) => [
      scenario.name,
      isInUse(about, score.contestant) ? `**${score.contestant}**` : score.contestant,
      milliseconds(score.p50),
      milliseconds(score.mean),
      spread(score),
      milliseconds(score.p999),
      String(score.failed),
      percent(score.greatestShare),
      score.busiestToIdlest.toFixed(2),
      percent(score.brokenShare),
    ])
  );
  const title = about === "metric" ? "What each metric is worth" : about;
  return `## ${title}

${table(heads, rows)}
`;
}

/** Writes as Markdown what each metric is worth, and how each constant was chosen. */
export function tuningReport(comparisons: readonly Comparison[]): string {
  const abouts = [...new Set(comparisons.map(({ about }) => about))];
  const sections = abouts.map((about) =>
    section(about, comparisons.filter((comparison) => comparison.about === about))
  );
  return `# The adaptive policy's metrics and constants

Made by \`deno run -A tests/bench/simulation/main.ts\`; the scenarios and what the columns mean stand
in [simulation.md](simulation.md). First the policy as it is and with one metric hidden from it, where
that metric is to make the difference; then other values of each constant, the one in use in bold. The
greatest share is that of the server that answered the most.

${sections.join("\n")}`;
}
