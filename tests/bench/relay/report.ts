import { type Aim, aims, secondWorkerAim, type Target } from "./aims.ts";
import { best, judge, ratio } from "./comparison.ts";
import { type Figure, type FigureName, figures } from "./figures.ts";
import { type Group, type Measured, type Results, valuesOf } from "./results.ts";
import { type Spread, spread } from "../spread.ts";

const none = "—";

/**
 * Writes the results as Markdown.
 *
 * @param remarks Text for the end, as Markdown.
 */
export function writeReport(results: Results, remarks: string): string {
  const { command, circumstances, rounds, seconds, groups } = results;
  const [alone] = groups;
  const parts = [
    "# What carrying connections costs",
    `Made by \`${command}\`. ${howItWasMade({ rounds, seconds })}`,
    circumstances.map((line) => `- ${line}`).join("\n"),
    ...alone === undefined ? [] : ["## Beside HAProxy and nginx", aimsTable(alone)],
    "![The figures as a plot](relay.svg)",
    ...groups.flatMap((group) => [`## ${group.title}`, about(group), figuresTable(group)]),
    ...secondWorker(groups),
    ...remarks === "" ? [] : [remarks.trim()],
  ];
  return `${parts.join("\n\n")}\n`;
}

function howItWasMade({ rounds, seconds }: Pick<Results, "rounds" | "seconds">): string {
  return `A client, the load balancer and two servers (nginx, each with an agent) have a network namespace
each, on one machine. In each of ${rounds} rounds every load balancer is started in turn and measured,
each step for ${seconds} s. Medians of the rounds, with the smallest and the largest in parentheses.
Requests are wrk's, over 64 connections; a fresh connection is one request with \`Connection: close\`;
bulk data is iperf3's. Processor time is that of all threads and processes of the load balancer, the
monitor included, in the same step as the rate. Latency is that of 1,000 clients, each of which makes
its next request a random time after its last answer, at half the rate that HAProxy can serve without
a limit. Memory is the proportional set size. An idle connection was used once. "Start" is from the
start of the process to the first byte that a client gets through it; the servers run already.`;
}

function about({ placement, shareCores, latencyRate, measured }: Group): string {
  const settings = measured.map(({ name, settings }) => `- ${name}: ${settings}`);
  return `Load balancers run on processors ${placement.proxy}, all else on ${placement.others}. So that it is the load
balancer that is the limit, and not the client or the server, it may use ${shareCores} of a processor for
each of its threads.${
    latencyRate === null ? "" : ` Not so for latency, at ${latencyRate} requests/s.`
  }

${settings.join("\n")}`;
}

/** What was to be reached, and what was. */
function aimsTable({ measured }: Group): string {
  const engines = (["deno", "epoll"] as const).flatMap((role) => {
    const one = measured.find((contender) => contender.role === role);
    return one === undefined ? [] : [{ role, one }];
  });
  const peers = measured.filter(({ role }) => role === "peer");
  const heads = engines.flatMap(({ one }) => [one.name, "at least", "aim", "so"]);
  const rows = aims.map((aim) => {
    const other = aim.of === "best" ? best(peers, aim.figure) : null;
    return [
      aim.title,
      other === null ? none : `${other.name} ${cell(other, aim.figure)}`,
      ...engines.flatMap(({ role, one }) => verdictCells(one, { aim, other, target: aim[role] })),
    ];
  });
  return `Ratios are to the best of the others in the same round.

${table(["one thread each", "best of the others", ...heads], rows)}`;
}

function verdictCells(
  one: Measured,
  { aim, other, target }: { aim: Aim; other: Measured | null; target: Target },
): string[] {
  const values = valuesOf(one, aim.figure);
  const reached = aim.of === "itself"
    ? values.length > 0 ? spread(values) : null
    : other === null
    ? null
    : ratio(one, other, aim.figure);
  const digits = aim.of === "itself" ? figures[aim.figure].digits : 2;
  const limits = [target.atLeast, target.aim].map(String);
  if (reached === null) return [none, ...limits, none];
  const verdict = judge(reached.median, target, figures[aim.figure].better);
  return [showSpread(reached, digits), ...limits, verdict];
}

function figuresTable({ measured }: Group): string {
  const names = Object.keys(figures) as FigureName[];
  const rows = names
    .filter((name) => measured.some((one) => valuesOf(one, name).length > 0))
    .map((name) => [figures[name].title, ...measured.map((one) => cell(one, name))]);
  return table(["", ...measured.map(({ name }) => name)], rows);
}

function cell(one: Measured, name: FigureName): string {
  const values = valuesOf(one, name);
  return values.length === 0 ? none : showSpread(spread(values), figures[name].digits);
}

/** What a second thread costs: each contender's name is that of one thread with the number behind. */
function secondWorker(groups: readonly Group[]): string[] {
  const measured = groups.flatMap((group) => group.measured);
  const pairs = measured.flatMap((one) => {
    const two = measured.find(({ name }) => name === `${one.name.replace(/ ×1$/, "")} ×2`);
    return one.name.endsWith(" ×1") && two !== undefined ? [{ one, two }] : [];
  });
  if (pairs.length === 0) return [];
  const rows = pairs.map(({ one, two }) => {
    const change = ratio(two, one, "freshCpu");
    const isOurs = one.role !== "peer";
    return [
      one.name.replace(/ ×1$/, ""),
      change === null ? none : showSpread(change, 2),
      ...isOurs && change !== null
        ? [
          ...[secondWorkerAim.atLeast, secondWorkerAim.aim].map(String),
          judge(change.median, secondWorkerAim, "less"),
        ]
        : [none, none, none],
    ];
  });
  const heads = ["CPU per fresh connection, two threads to one", "ratio", "at least", "aim", "so"];
  return ["## What a second thread costs", table(heads, rows)];
}

function showSpread({ median, least, most }: Spread, digits: Figure["digits"]): string {
  const [middle, low, high] = [median, least, most].map((value) => show(value, digits));
  return low === high ? `${middle}` : `${middle} (${low}–${high})`;
}

function show(value: number, digits: number): string {
  return value.toLocaleString("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}
