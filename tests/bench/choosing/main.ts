/**
 * Which load balancer chooses best among real servers, equal ones and others: this project's, HAProxy
 * and nginx, in one network, with the same servers and the same requests, in turn.
 *
 *     deno run -A tests/bench/choosing/main.ts
 *
 * As root; it needs nginx with its stream module (libnginx-mod-stream), haproxy, iproute2 and curl,
 * takes three quarters of an hour and writes `tests/bench/results/choosing.md` and `choosing.svg`. For less, and
 * then no more than said on standard output:
 *
 *     --scenario NAME,…   only these scenarios
 *     --only WORD,…       only load balancers whose name has one of these words
 *     --policies NAME,…   policies of ours; adaptive by default
 *     --engines NAME,…    engines of ours; epoll by default
 *     --rounds N          instead of 5
 *     --seconds N         measured in each, instead of 4.5
 *     --out FOLDER        write both files there
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { runCommand } from "../../network/run_command.ts";
import { obstacle, thisMachine } from "../../runner/machine.ts";
import { type Contestant, ours, peers } from "./contestants.ts";
import { measureCost, tryScenario } from "./experiment.ts";
import type { ScenarioFindings } from "./findings.ts";
import { plot } from "./plot.ts";
import { report } from "./report.ts";
import { type Scenario, scenarios } from "./scenarios.ts";
import type { Summary } from "./summary.ts";
import { versions } from "./versions.ts";

const resultsFolder = new URL("../results", import.meta.url).pathname;

/** What it takes beside nginx's stream module, which Debian has in libnginx-mod-stream. */
const needs = {
  root: true,
  commands: {
    nginx: "nginx-light",
    haproxy: "haproxy",
    ip: "iproute2",
    tc: "iproute2",
    curl: "curl",
    setpriv: "util-linux",
  },
};

const flags = parseArgs(Deno.args, {
  string: ["scenario", "only", "policies", "engines", "rounds", "seconds", "out"],
  unknown(argument) {
    const known = "--scenario, --only, --policies, --engines, --rounds, --seconds and --out";
    throw new RangeError(`Cannot use ${argument}: ${known} are known`);
  },
});

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** A flag's value as a number above 0. */
function amount(name: "rounds" | "seconds", otherwise: number): number {
  const value = Number(flags[name] ?? otherwise);
  if (value > 0) return value;
  throw new RangeError(`Cannot use --${name}=${flags[name]}: a number above 0 is wanted`);
}

function chosenScenarios(): readonly Scenario[] {
  const names = flags.scenario?.split(",") ?? scenarios.map(({ name }) => name);
  return names.map((name) => {
    const scenario = scenarios.find((one) => one.name === name);
    if (scenario !== undefined) return scenario;
    const known = scenarios.map((one) => one.name).join(", ");
    throw new RangeError(`Cannot try the scenario ${name}: ${known} are known`);
  });
}

function contestantsOf(scenario: Scenario): Contestant[] {
  const words = flags.only?.split(",");
  const engines = (flags.engines ?? "epoll").split(",");
  const own = (flags.policies ?? "adaptive").split(",")
    .flatMap((policy) => engines.map((engine) => ours(policy, engine)));
  const all = [...own, ...peers];
  const isChecked = scenario.agentSettings !== undefined;
  const known = all.filter(({ checks }) => isChecked || !checks);
  if (words !== undefined) {
    return known.filter(({ name }) => words.some((word) => name.includes(word)));
  }
  return known.filter(({ isBest, checks }) => isBest || checks || scenario.everyone);
}

function progress({ name }: Scenario, contestant: Contestant, summary: Summary): string {
  const figures = Object.entries(summary).map(([figure, value]) =>
    `${figure} ${+value.toFixed(2)}`
  );
  return `${name}, ${contestant.name}: ${figures.join(", ")}`;
}

const reason = obstacle({ needs }, thisMachine);
if (reason !== null) throw new Error(`Cannot begin: ${reason}`);
const chosen = chosenScenarios();
const [rounds, seconds] = [amount("rounds", 5), amount("seconds", 4.5)];
const costMs = await measureCost();
say(`A request takes ${costMs.toFixed(2)} ms of a server's processor`);
const all: ScenarioFindings[] = [];
for (const scenario of chosen) {
  all.push(
    await tryScenario(scenario, {
      contestants: contestantsOf(scenario),
      rounds,
      seconds,
      costMs,
      onSummary: (contestant, summary) => say(progress(scenario, contestant, summary)),
    }),
  );
}
const command = ["deno run -A tests/bench/choosing/main.ts", ...Deno.args].join(" ");
const text = report(all, { command, versions: await versions(), rounds, seconds, costMs });
say(text);
const folder = flags.out ?? (Deno.args.length === 0 ? resultsFolder : null);
if (folder !== null) {
  const [reportPath, plotPath] = [`${folder}/choosing.md`, `${folder}/choosing.svg`];
  await Deno.writeTextFile(reportPath, text);
  await Deno.writeTextFile(plotPath, await plot(all));
  await runCommand(Deno.execPath(), "fmt", "--quiet", reportPath, plotPath);
}
