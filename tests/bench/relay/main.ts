/**
 * What carrying connections costs, with this project's front end and with others, side by side:
 * throughput, latency, processor time, memory and start.
 *
 *     deno run -A tests/bench/relay/main.ts [OPTIONS]
 *
 * As root; it needs nginx with its stream module, haproxy, wrk, iperf3 and iproute2, takes 20 minutes
 * and writes `relay.md`, `relay.svg` and `relay.json` in `tests/bench/results/`.
 *
 * - `--rounds N`: how often everything is measured, 5 by default.
 * - `--seconds N`: how long each step takes, 2 by default.
 * - `--threads 1` or `2`: only with so many threads each.
 * - `--only STEPS`, `--contenders NAMES`: only these, separated by commas; then the results are printed
 *   and not written.
 * - `--share CORES`: what a load balancer may use of a processor for each thread.
 * - `--executables DIRECTORY`: measures these instead of building them.
 * - `--render`: writes the report and the plot anew from `relay.json`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { resolve } from "node:path";
import { build } from "../../../packaging/build.ts";
import { projectDirectory } from "../../../packaging/project_directory.ts";
import { drawChart } from "./chart.ts";
import { circumstances } from "./circumstances.ts";
import { type Engine, engines, knowsEngine } from "./lb.ts";
import { measureGroup } from "./measure_group.ts";
import { type Plan, plans } from "./plans.ts";
import { executables, type Programs } from "./programs.ts";
import { writeReport } from "./report.ts";
import type { Group, Results } from "./results.ts";

const flags = parseArgs(Deno.args, {
  string: ["rounds", "seconds", "only", "contenders", "threads", "share", "executables"],
  boolean: ["render"],
});
const rounds = amount("rounds", flags.rounds, 5);
const seconds = amount("seconds", flags.seconds, 2);
const shareCores = amount("share", flags.share, 0.3);
const isNarrow = [flags.only, flags.contenders].some((flag) => flag !== undefined);
const results = new URL("../results/", import.meta.url);
const dataPath = new URL("relay.json", results);
const remarksPath = new URL("remarks.md", import.meta.url);

function amount(name: string, given: string | undefined, usual: number): number {
  const value = Number(given ?? usual);
  if (value > 0) return value;
  throw new RangeError(`Cannot use --${name}: accepted is a number over 0, received ${given}`);
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function knownEngines(programs: Programs): Promise<Engine[]> {
  const known: Engine[] = [];
  for (const engine of engines) {
    if (await knowsEngine(programs, engine)) known.push(engine);
    else say(`Skipped LB_ENGINE=${engine}: these programs do not know it`);
  }
  return known;
}

/** Those of the names that are wanted: all, unless some are given. */
function wanted(names: readonly string[], given: string | undefined): Set<string> {
  return new Set(given === undefined ? names : given.split(","));
}

/** What is wanted of a plan; null where that is nothing. */
function narrow({ title, threads, contenders, steps }: Plan): Plan | null {
  if (!wanted([String(threads)], flags.threads).has(String(threads))) return null;
  const names = wanted(contenders.map(({ name }) => name), flags.contenders);
  const stepNames = wanted(steps, flags.only);
  const plan = {
    title,
    threads,
    contenders: contenders.filter(({ name }) => names.has(name)),
    steps: steps.filter((name) => stepNames.has(name)),
  };
  return plan.contenders.length === 0 || plan.steps.length === 0 ? null : plan;
}

/** @throws {RangeError} where nothing is left to be measured. */
function narrowed(all: readonly Plan[]): Plan[] {
  const chosen = all.map(narrow).filter((plan) => plan !== null);
  if (chosen.length > 0) return chosen;
  const names = (of: (plan: Plan) => readonly string[]) => [...new Set(all.flatMap(of))].join(", ");
  throw new RangeError(
    `Cannot measure anything: received ${Deno.args.join(" ")}; contenders are ` +
      `${names(({ contenders }) => contenders.map(({ name }) => name))}, ` +
      `steps ${names(({ steps }) => steps)}`,
  );
}

async function measure(): Promise<Results> {
  if (flags.executables === undefined) await build();
  const programs = executables(resolve(flags.executables ?? `${projectDirectory}/dist`));
  const chosen = narrowed(plans(await knownEngines(programs)));
  const groups: Group[] = [];
  for (const plan of chosen) {
    groups.push(await measureGroup(plan, { programs, rounds, seconds, shareCores, say }));
  }
  const command = ["deno run -A tests/bench/relay/main.ts", ...Deno.args].join(" ");
  const contenders = chosen.flatMap((plan) => plan.contenders);
  const lines = await circumstances(contenders, programs);
  return { command, circumstances: lines, rounds, seconds, groups };
}

async function readRemarks(): Promise<string> {
  try {
    return await Deno.readTextFile(remarksPath);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

const found: Results = flags.render
  ? JSON.parse(await Deno.readTextFile(dataPath))
  : await measure();
const report = writeReport(found, await readRemarks());
say(report);
if (!isNarrow) {
  await Deno.writeTextFile(dataPath, `${JSON.stringify(found)}\n`);
  await Deno.writeTextFile(new URL("relay.md", results), report);
  const [alone] = found.groups;
  if (alone !== undefined) {
    await Deno.writeTextFile(new URL("relay.svg", results), await drawChart(alone));
  }
}
