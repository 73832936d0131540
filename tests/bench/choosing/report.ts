import type { Spread } from "../spread.ts";
import { bestPeer, type Findings, ratio, type ScenarioFindings, spreadOf } from "./findings.ts";
import { patienceMs } from "./run.ts";
import { oddServer } from "./scenarios.ts";
import type { Summary } from "./summary.ts";

/** What a report tells beside the figures. */
export interface Circumstances {
  /** The command that made it. */
  readonly command: string;
  /** The machine, its kernel, and what took part. */
  readonly versions: readonly string[];
  readonly rounds: number;
  readonly seconds: number;
  /** The processor time that a request takes of a server, in milliseconds. */
  readonly costMs: number;
}

type Show = (value: number) => string;

const milliseconds: Show = (value) => Number.isFinite(value) ? `${Math.round(value)} ms` : "never";
const microseconds: Show = (value) => `${Math.round(value)} µs`;
const tenths: Show = (value) => value < 100 ? `${value.toFixed(1)} ms` : milliseconds(value);
const hundredths: Show = (value) => value.toFixed(2);
const percent: Show = (value) => `${Math.round(value * 100)}%`;

/** The middle value, with the smallest and the largest where they differ. */
function cell({ median, least, most }: Spread, show: Show): string {
  const [middle, from, to] = [median, least, most].map(show);
  return from === to ? `${middle}` : `${middle} (${from}–${to})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function isOurs({ contestant }: Findings): boolean {
  return !contestant.isPeer;
}

/** How long requests took: each of our policies by the best peer. */
function ratioRows(
  figure: "p99" | "mean",
  { scenario, findings }: ScenarioFindings,
): string[][] {
  const best = bestPeer(findings, figure);
  if (best === null || scenario.breaks !== undefined) return [];
  const goal = scenario.goal?.[figure];
  return findings.filter(isOurs).map((own) => [
    scenario.title,
    own.contestant.name,
    cell(spreadOf(own, figure), tenths),
    `${best.contestant.name}: ${cell(spreadOf(best, figure), tenths)}`,
    cell(ratio(own, best, figure), hundredths),
    goal === undefined ? "" : `≤ ${goal}`,
  ]);
}

/** What a server that fails every request gets of the connections. */
function brokenRows({ scenario, findings }: ScenarioFindings): string[][] {
  const { breaks } = scenario;
  if (breaks === undefined) return [];
  return findings.map((one) => [
    scenario.title,
    one.contestant.name,
    cell(spreadOf(one, "brokenShare"), percent),
    cell(spreadOf(one, "failed"), String),
    isOurs(one) ? `≤ ${percent(breaks.share)} from ${breaks.fromMs / 1_000} s on` : "",
  ]);
}

function failureRows({ scenario, findings }: ScenarioFindings): string[][] {
  const again = (one: Findings) =>
    scenario.returns ? cell(spreadOf(one, "servedAgainMs"), milliseconds) : "";
  return findings.map((one) => [
    scenario.title,
    one.contestant.name,
    cell(spreadOf(one, "failed"), String),
    cell(spreadOf(one, "harmedForMs"), milliseconds),
    again(one),
  ]);
}

const columns: readonly (readonly [string, keyof Summary, Show])[] = [
  ["p50", "p50", milliseconds],
  ["mean", "mean", tenths],
  ["p99", "p99", milliseconds],
  ["p99.9", "p999", milliseconds],
  ["failed", "failed", String],
  [`share of ${oddServer}`, "oddShare", percent],
  ["busiest to idlest", "busiestToIdlest", hundredths],
  ["servers' use", "used", percent],
  ["own CPU per request", "microsPerRequest", microseconds],
];

function details({ scenario, findings }: ScenarioFindings): string {
  const rows = findings.map((one) => [
    one.contestant.name,
    ...columns.map(([, figure, show]) => cell(spreadOf(one, figure), show)),
  ]);
  const requests = findings[0]?.rounds[0]?.requests ?? 0;
  return `### ${scenario.name}: ${scenario.title}\n\n` +
    `${requests} requests or so in each round.\n\n` +
    table(["load balancer", ...columns.map(([head]) => head)], rows);
}

/** The report in Markdown; the plot stands beside it as `choosing.svg`. */
export function report(
  all: readonly ScenarioFindings[],
  { command, versions, rounds, seconds, costMs }: Circumstances,
): string {
  const late = Math.max(
    ...all.flatMap(({ findings }) => findings.map((one) => spreadOf(one, "lateMs").median)),
  );
  const withFailures = all.filter(({ scenario: { goal, breaks } }) =>
    goal === null && breaks === undefined
  );
  return `# Choosing among real servers

Made by \`${command}\`, with everything on one machine, each part in a network namespace of its own.

${versions.map((version) => `- ${version}.`).join("\n")}

Four nginx servers compress a page for each request (\`gzip_comp_level 9\`; ${
    costMs.toFixed(1)
  } ms of a
processor on average, light and heavy pages mixed), each within a fifth of a processor (a cgroup's
quota), with an agent in the same cgroup. Clients come independently of one another and of the
answers (a Poisson process), each with a new connection; a request's time counts from when it was due,
and one that fails counts as one of ${patienceMs / 1000} s, after which clients give up. Each load
balancer in turn, after a rehearsal, serves the same requests, for ${seconds} s after 2 s that are not counted, in ${rounds}
rounds. Figures are medians over the rounds, with the smallest and the largest. The client itself was
late, once in a hundred requests, by ${late.toFixed(1)} ms in the median at most.

![p50, p99 and the spread of p99 by scenario and load balancer](choosing.svg)

## How long requests take: the mean, and the slowest hundredth

The ratio is of the same requests' figure, to the peer with the lowest median.

${
    table(
      ["scenario", "ours", "its mean", "best peer's mean", "ratio", "wanted"],
      all.flatMap((one) => ratioRows("mean", one)),
    )
  }

${
    table(
      ["scenario", "ours", "its p99", "best peer's p99", "ratio", "wanted"],
      all.flatMap((one) => ratioRows("p99", one)),
    )
  }

## What a server gets that fails every request

Its part of the connections in the ten seconds in which that is most, from some seconds after it
broke to the end.

${
    table(
      ["scenario", "load balancer", "share", "failed", "wanted"],
      all.flatMap(brokenRows),
    )
  }

## What fails

"Harmed for" is how long after the fault the last request began that failed; "served again", how
long after its service was started again the first request began that the returned server answered.

${
    table(
      ["scenario", "load balancer", "failed", "harmed for", "served again"],
      withFailures.flatMap(failureRows),
    )
  }

## All figures

${all.map(details).join("\n\n")}
`;
}
