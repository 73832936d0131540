import { spread } from "../spread.ts";
import type { AgentCost } from "./agent_cost.ts";
import type { MonitorCost } from "./monitor_cost.ts";

/** What was measured with so many servers. */
export interface Growth {
  readonly servers: number;
  readonly rounds: readonly MonitorCost[];
  readonly selectionMicros: readonly number[];
}

/** Writes the results down as Markdown. */
export function report(
  growth: readonly Growth[],
  agent: readonly AgentCost[],
  circumstances: string,
): string {
  return `# How cost grows with the number of servers

Made by \`deno run -A tests/bench/growth/main.ts\`, from compiled executables without any setting:
${circumstances} Medians of ${agent.length} rounds, with the smallest and the largest.

## The front end

All the servers answer when the front end starts; they are simulated by one program that signs the
answers of as many agents, each from an address of its own, and shares the machine's processors.
"Lost" are answers that did not arrive within half a round: their agents are asked again by unicast,
and no server is lost by that.

| servers | start until all are up | monitor's thread | whole front end | lost answers | one choice |
| ------- | ---------------------- | ---------------- | --------------- | ------------ | ---------- |
${growth.map(row).join("\n")}

Asked for: under 10% of a core for the monitor at 1,000 servers, and no answer lost on an idle network.

\`\`\`mermaid
xychart-beta
  title "The monitor's thread, in percent of a core"
  x-axis "servers" [${growth.map(({ servers }) => servers).join(", ")}]
  y-axis "% of a core" 0 --> 10
  bar [${growth.map(({ rounds }) => monitorPercent(rounds)).join(", ")}]
\`\`\`

## The agent

Beside an nginx that is idle, probed once a second.

| processor | resident | of it its own (anonymous) | shared pages divided (PSS) |
| --------- | -------- | ------------------------- | -------------------------- |
| ${agentCells(agent).join(" | ")} |

Asked for: under 0.3% of a core, and under 45 MB resident.

What limits the processor time: the agent wakes three or four times a second, and each time its code
has left the processor's caches; to wake alone is a fifth of a millisecond. Tried: asking the kernel
for listeners by netlink instead of reading /proc (kept, a third of what it was), listing the
addresses once for all purposes (kept), no optimising compilers (kept, for the memory), looking at
the machine every two seconds instead of every one (dropped, it measured no better).
`;
}

function row({ servers, rounds, selectionMicros }: Growth): string {
  const lost = rounds.reduce((sum, one) => sum + one.lost, 0);
  const answers = rounds.reduce((sum, one) => sum + one.answers, 0);
  const cells = [
    servers.toLocaleString("en"),
    cell(rounds.map((one) => one.convergenceMs / 1000), 1, " s"),
    cell(rounds.map((one) => 100 * one.monitorCores), 2, "%"),
    cell(rounds.map((one) => 100 * one.frontendCores), 2, "%"),
    `${lost.toLocaleString("en")} of ${answers.toLocaleString("en")}`,
    cell(selectionMicros, 2, " µs"),
  ];
  return `| ${cells.join(" | ")} |`;
}

function monitorPercent(rounds: readonly MonitorCost[]): string {
  return spread(rounds.map((one) => 100 * one.monitorCores)).median.toFixed(2);
}

function agentCells(rounds: readonly AgentCost[]): string[] {
  return [
    cell(rounds.map(({ cores }) => 100 * cores), 2, "%"),
    cell(rounds.map(({ memory }) => memory.resident), 1, " MiB"),
    cell(rounds.map(({ memory }) => memory.anonymous), 1, " MiB"),
    cell(rounds.map(({ memory }) => memory.proportional), 1, " MiB"),
  ];
}

function cell(values: readonly number[], digits: number, unit: string): string {
  const text = (value: number) => `${value.toFixed(digits)}${unit}`;
  const { median, least, most } = spread(values);
  return `${text(median)} (${text(least)}–${text(most)})`;
}
