import { assert, assertMatch, assertStringIncludes } from "@std/assert";
import type { Findings, ScenarioFindings } from "./findings.ts";
import { plot } from "./plot.ts";
import { report } from "./report.ts";
import { scenarios } from "./scenarios.ts";

function findings(name: string, isPeer: boolean, p99s: readonly number[]): Findings {
  const start = () => Promise.reject(new Error("nobody starts it"));
  const rounds = p99s.map((p99) => ({
    requests: 1000,
    p50: p99 / 4,
    mean: p99 / 3,
    p99,
    p999: p99 * 2,
    failed: 3,
    oddShare: 0.25,
    busiestToIdlest: 1,
    brokenShare: 0.35,
    servedAgainMs: Infinity,
    harmedForMs: 1500,
    used: 0.7,
    microsPerRequest: 100,
    lateMs: 1,
  }));
  return { contestant: { name, isPeer, isBest: true, endSignal: "SIGTERM", start }, rounds };
}

const all: readonly ScenarioFindings[] = scenarios.map((scenario) => ({
  scenario,
  findings: [findings("lb adaptive", false, [60, 50, 70]), findings("peer", true, [80, 100, 90])],
}));

const circumstances = {
  command: "a command",
  versions: ["a machine"],
  rounds: 3,
  seconds: 5,
  costMs: 3,
};

Deno.test("a report gives the ratio to the best peer beside what is wanted", () => {
  const row = "| lb adaptive | 60.0 ms (50.0 ms–70.0 ms) | peer: 90.0 ms (80.0 ms–100 ms) | " +
    "0.75 (0.50–0.78) | ≤ 1.03 |";
  assertStringIncludes(report(all, circumstances), `| equal servers ${row}`);
});

Deno.test("a report tells what a broken server got beside what it may", () => {
  const text = report(all, circumstances);
  assertStringIncludes(
    text,
    "| one server answers 503 at once | lb adaptive | 35% | 3 | ≤ 40% from 2 s on |",
  );
});

Deno.test("a report says that a server was never given a request again", () => {
  assertMatch(report(all, circumstances), /\| peer \| 3 \| 1500 ms \| never \|/);
});

Deno.test("a plot shows every scenario in which no server breaks, and every load balancer", async () => {
  const svg = await plot(all);
  assertMatch(svg, /^<svg /);
  const sound = all.filter(({ scenario }) => scenario.breaks === undefined);
  for (const text of ["lb adaptive", "peer", ...sound.map(({ scenario }) => scenario.title)]) {
    assert(svg.includes(text), text);
  }
});
