import { bestOf, type Comparison, type Score } from "./comparison.ts";
import { peers } from "./contestants.ts";
import { milliseconds, percent, spread, table } from "./markdown.ts";
import { seeds } from "./seeds.ts";

function ratio(value: number, other: number | undefined): string {
  return other === undefined ? "" : (value / other).toFixed(2);
}

function find(scores: readonly Score[], name: string): Score | undefined {
  return scores.find(({ contestant }) => contestant === name);
}

/** One line: how `adaptive` stands against the best peer and the yardstick. */
function summaryRow({ scenario, scores }: Comparison): string[] {
  const adaptive = find(scores, "adaptive");
  const best = bestOf(scores, peers);
  if (adaptive === undefined || best === undefined) return [scenario.name];
  return [
    `[${scenario.name}](#${scenario.name})`,
    milliseconds(adaptive.p99),
    `${best.contestant} ${milliseconds(best.p99)}`,
    ratio(adaptive.p99, best.p99),
    milliseconds(adaptive.mean),
    ratio(adaptive.mean, bestOf(scores, peers, "mean")?.mean),
    ratio(adaptive.p99, find(scores, "clairvoyant")?.p99),
    `${adaptive.failed} / ${best.failed}`,
  ];
}

/** One line: what a server gets that fails at once. */
function brokenRow({ scenario, scores }: Comparison): string[] {
  const shares = named.map((name) => percent(find(scores, name)?.brokenShare ?? null));
  const even = percent(1 / scenario.servers.length);
  return [`[${scenario.name}](#${scenario.name})`, ...shares, even];
}

/** One line: how evenly servers are used that are equal. */
function evenRow({ scenario, scores }: Comparison): string[] {
  const spreads = named.map((name) => (find(scores, name)?.busiestToIdlest ?? NaN).toFixed(2));
  return [`[${scenario.name}](#${scenario.name})`, ...spreads];
}

function areEqual({ scenario }: Comparison): boolean {
  const { servers, incidents, brokenFromMs } = scenario;
  return brokenFromMs === undefined && incidents.length === 0 && servers.length > 1 &&
    servers.every((server) => server === servers[0]);
}

function isBroken({ scenario }: Comparison): boolean {
  return scenario.brokenFromMs !== undefined;
}

function section({ scenario, scores }: Comparison): string {
  const best = bestOf(scores, peers);
  const bestMean = bestOf(scores, peers, "mean");
  const rows = scores.map((score) => [
    score.contestant,
    milliseconds(score.p50),
    milliseconds(score.mean),
    spread(score),
    milliseconds(score.p999),
    ratio(score.mean, bestMean?.mean),
    ratio(score.p99, best?.p99),
    String(score.failed),
    score.busiestToIdlest.toFixed(2),
    percent(score.brokenShare),
  ]);
  const { name, about, servers, perSecond, frontEnds } = scenario;
  const clients = `${perSecond.toFixed(0)} connections a second`;
  const size = `${servers.length} server${servers.length === 1 ? "" : "s"}`;
  return `## ${name}

${about} (${size}, ${frontEnds} front end${frontEnds === 1 ? "" : "s"}, ${clients}.)

${table(sectionHeads, rows)}

![${name}](simulation/${name}.svg)
`;
}

const named = ["adaptive", "HAProxy leastconn", "least-connections", "peak-ewma", "random"];

const sectionHeads = [
  "",
  "p50 ms",
  "mean ms",
  "p99 ms",
  "p99.9 ms",
  "mean to best peer's",
  "p99 to best peer's",
  "failed",
  "busiest to idlest",
  "broken one's share",
];

const summaryHeads = [
  "",
  "p99 ms",
  "best peer",
  "to best peer's",
  "mean ms",
  "to best peer's",
  "p99 to clairvoyant's",
  "failed",
];

/** Writes all comparisons as Markdown. */
export function report(comparisons: readonly Comparison[]): string {
  const sound = comparisons.filter((comparison) => !isBroken(comparison));
  return `# The policies, simulated

Made by \`deno run -A tests/bench/simulation/main.ts\`: the production code of selection, counters,
registry and life cycle over a real state table, and simulated servers, links, clients and probes, on
a virtual clock. ${seeds.length} seeds each; every contestant meets the same connections. What is compared is
how long an exchange took from the client's request to the last byte of its answer. In brackets, the
least and the greatest of the seeds. The same command gives the same figures.

Contestants are our own policies; HAProxy's \`leastconn\`, with equal weights and told the true
capacities; Prequal's rule (NSDI 2024), which asks the servers at every request; and one that is
clairvoyant: it knows each server's work and speed and the request's, and takes the server that will
have answered first. It is a yardstick, not a bound: it is greedy. "Best peer" is the best of
${peers.join(", ")}. A connection fails if it is not answered within 10 s, or
by an error; only good answers' times count.

${table(summaryHeads, sound.map(summaryRow))}

What a server gets that fails every request at once: its part of the new connections in the ten
seconds in which that is most, from two seconds after it broke. A policy that learns from answer times and
believes all it sees gives it nearly everything.

${table(["", ...named, "even share"], comparisons.filter(isBroken).map(brokenRow))}

How many times as many connections as the idlest one the busiest of equal servers gets:

${table(["", ...named], comparisons.filter(areEqual).map(evenRow))}

Where \`adaptive\` takes more than 1.25 times as long as the clairvoyant:

- \`quarter-speed\`, \`antagonist\`, \`lost-probes\`: near to what \`leastconn\` reaches that was told the
  true capacities. The rest is knowing the work of each request before it is done.
- \`moving-antagonist\`, \`sparse\`: a change has to be noticed first, by answers that are late or by the
  next report; the clairvoyant knows it at once.
- \`four-front-ends\`, with and without a slow server: each front end sees its own connections only.
- \`idle-connections\`: a connection counts as busy for more than two seconds after its last byte, and
  many such connections hide the few that are.

${comparisons.map(section).join("\n")}`;
}
