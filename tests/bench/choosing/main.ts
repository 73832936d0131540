/**
 * Which load balancer chooses best among real servers, equal ones and others: this project's, HAProxy
 * and nginx, in one network, with the same servers and the same requests, in turn.
 *
 *     deno run -A tests/bench/choosing/main.ts
 *
 * As root; it needs nginx with its stream module (libnginx-mod-stream), haproxy, iproute2 and curl,
 * takes twenty minutes and writes `tests/bench/results/choosing.md` and `choosing.svg`. For less, and
 * then no more than said on standard output:
 *
 *     --scenario NAME,…   only these scenarios
 *     --only WORD,…       only load balancers whose name has one of these words
 *     --policies NAME,…   policies of ours; adaptive by default
 *     --rounds N          instead of 5
 *     --seconds N         measured in each, instead of 4.5
 *     --out FOLDER        write both files there
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { runCommand } from "../../network/run_command.ts";
import { obstacle, thisMachine } from "../../runner/machine.ts";
import { type Contestant, ours, peers, peerVersions } from "./contestants.ts";
import type { Findings, ScenarioFindings } from "./findings.ts";
import { Fleet } from "./fleet.ts";
import { plot } from "./plot.ts";
import { type Circumstances, report } from "./report.ts";
import { run } from "./run.ts";
import { oddServer, type Scenario, scenarios } from "./scenarios.ts";
import { summarize, type Summary } from "./summary.ts";

const flags = parseArgs(Deno.args, {
  string: ["scenario", "only", "policies", "rounds", "seconds", "out"],
  unknown(argument) {
    throw new RangeError(
      `Cannot use ${argument}: --scenario, --only, --policies, --rounds, --seconds and --out are known`,
    );
  },
});
const rounds = Number(flags.rounds ?? 5);
const seconds = Number(flags.seconds ?? 4.5);
const resultsFolder = new URL("../results", import.meta.url).pathname;
const folder = flags.out ?? (Deno.args.length === 0 ? resultsFolder : null);

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

/** Requests a second by which a request's cost is measured: little enough for any machine. */
const calibrationPerSecond = 80;
const calibrationSeconds = 4;

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** The items of a flag's list; null where it was not given. */
function list(value: string | undefined): string[] | null {
  return value?.split(",") ?? null;
}

function chosenScenarios(): readonly Scenario[] {
  const names = list(flags.scenario) ?? scenarios.map(({ name }) => name);
  return names.map((name) => {
    const scenario = scenarios.find((one) => one.name === name);
    if (scenario !== undefined) return scenario;
    const known = scenarios.map((one) => one.name).join(", ");
    throw new RangeError(`Cannot try the scenario ${name}: ${known} are known`);
  });
}

function contestantsOf(scenario: Scenario): Contestant[] {
  const words = list(flags.only);
  const all = [...(list(flags.policies) ?? ["adaptive"]).map(ours), ...peers];
  if (words !== null) return all.filter(({ name }) => words.some((word) => name.includes(word)));
  return all.filter(({ isBest }) => isBest || scenario.everyone);
}

/** Measures the processor time that a request takes of a server, in milliseconds. */
async function measureCost(): Promise<number> {
  const [scenario, contestant] = [scenarios[0], peers[0]];
  if (scenario === undefined || contestant === undefined) throw new TypeError("Nothing to measure");
  await using fleet = await Fleet.start(scenario.servers);
  const trial = { scenario, contestant, perSecond: calibrationPerSecond, seed: 0 };
  const { requests, used } = await run(fleet, { ...trial, seconds: calibrationSeconds });
  return used * fleet.cores * calibrationSeconds * 1000 / requests.length;
}

/** Who comes first changes with each round. */
function turned<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

async function tryScenario(scenario: Scenario, costMs: number): Promise<ScenarioFindings> {
  const contestants = contestantsOf(scenario);
  const summaries = new Map(contestants.map((one): [Contestant, Summary[]] => [one, []]));
  await using fleet = await Fleet.start(scenario.servers);
  await scenario.standing?.(fleet.server(oddServer));
  const perSecond = scenario.utilisation * fleet.cores * 1000 / costMs;
  for (let round = 0; round < rounds; round++) {
    for (const contestant of turned(contestants, round)) {
      const trial = { scenario, contestant, perSecond, seed: round };
      const seen = await run(fleet, { ...trial, seconds: seconds * scenario.stretch })
        .catch((error) => complain(fleet, error));
      const summary = summarize(seen);
      summaries.get(contestant)?.push(summary);
      say(progress(scenario, contestant, summary));
    }
  }
  const findings = [...summaries].map(([contestant, rounds]): Findings => ({ contestant, rounds }));
  return { scenario, findings };
}

async function complain(fleet: Fleet, cause: unknown): Promise<never> {
  throw new Error(`Cannot go on: ${await fleet.logs()}`, { cause });
}

function progress({ name }: Scenario, contestant: Contestant, summary: Summary): string {
  const figures = Object.entries(summary).map(([figure, value]) =>
    `${figure} ${+value.toFixed(2)}`
  );
  return `${name}, ${contestant.name}: ${figures.join(", ")}`;
}

async function circumstances(costMs: number): Promise<Circumstances> {
  const processor = /^model name\s*: (.*)$/m.exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1];
  const [kernel, system] = [await runCommand("uname", "-sr"), await osName()];
  return {
    command: ["deno run -A tests/bench/choosing/main.ts", ...Deno.args].join(" "),
    versions: [
      `${navigator.hardwareConcurrency} cores (${processor}), ${kernel.trim()}, ${system}`,
      `lb from source, Deno ${Deno.version.deno}, LB_WORKERS=1, no other setting but LB_POLICY`,
      ...await peerVersions(),
    ],
    rounds,
    seconds,
    costMs,
  };
}

async function osName(): Promise<string> {
  const text = await Deno.readTextFile("/etc/os-release");
  return /^PRETTY_NAME="(.*)"$/m.exec(text)?.[1] ?? "an unknown system";
}

const reason = obstacle({ needs }, thisMachine);
if (reason !== null) throw new Error(`Cannot begin: ${reason}`);
const costMs = await measureCost();
say(`A request takes ${costMs.toFixed(2)} ms of a server's processor`);
const all: ScenarioFindings[] = [];
for (const scenario of chosenScenarios()) all.push(await tryScenario(scenario, costMs));
const text = report(all, await circumstances(costMs));
say(text);
if (folder !== null) {
  await Deno.writeTextFile(`${folder}/choosing.md`, text);
  await Deno.writeTextFile(`${folder}/choosing.svg`, await plot(all));
}
