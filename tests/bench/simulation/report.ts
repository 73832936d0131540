import { bestOf, type Comparison, type Score } from "./comparison.ts";
import { peers } from "./contestants.ts";
import { milliseconds, spread, table } from "./markdown.ts";
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
    ratio(adaptive.p99, find(scores, "clairvoyant")?.p99),
    `${adaptive.failed} / ${best.failed}`,
  ];
}

function section({ scenario, scores }: Comparison): string {
  const best = bestOf(scores, peers);
  const rows = scores.map((score) => [
    score.contestant,
    milliseconds(score.p50),
    spread(score),
    milliseconds(score.p999),
    ratio(score.p99, best?.p99),
    String(score.failed),
  ]);
  const { name, about, servers, perSecond, frontEnds } = scenario;
  const clients = `${perSecond.toFixed(0)} connections a second`;
  const size = `${servers.length} server${servers.length === 1 ? "" : "s"}`;
  return `## ${name}

${about} (${size}, ${frontEnds} front end${frontEnds === 1 ? "" : "s"}, ${clients}.)

${table(["", "p50 ms", "p99 ms", "p99.9 ms", "p99 to best peer's", "failed"], rows)}

![${name}](simulation/${name}.svg)
`;
}

/** Writes all comparisons as Markdown. */
export function report(comparisons: readonly Comparison[]): string {
  const heads = ["", "adaptive", "best peer", "to best peer's", "to clairvoyant's", "failed"];
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
${peers.join(", ")}. A connection fails if it is not answered within 10 s.

${table(heads, comparisons.map(summaryRow))}

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
