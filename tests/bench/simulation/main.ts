/**
 * Compares the policies in the simulator, and writes tables and plots; run with
 *
 *     deno run -A tests/bench/simulation/main.ts [SCENARIO…]
 *
 * With names of scenarios, only these are run and their table is printed, nothing is written.
 *
 * @module
 */
import type { Comparison, Score } from "./comparison.ts";
import { experiments } from "./experiments.ts";
import { plot } from "./plot.ts";
import { report } from "./report.ts";
import { scenarios } from "./scenarios.ts";
import { tuningReport } from "./tuning_report.ts";

const results = new URL("../results/", import.meta.url);

/** The numbers of the experiments to make. */
function chosen(names: readonly string[]): number[] {
  const known = scenarios.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`Cannot simulate ${unknown}: there is ${known.join(", ")}`);
  }
  const isWanted = ({ about, scenario }: typeof experiments[number]) =>
    names.length === 0 || (about === "policies" && names.includes(scenario.name));
  return [...experiments.keys()].filter((number) =>
    experiments.slice(number, number + 1).some(isWanted)
  );
}

/** Makes one experiment in a worker. */
function make(worker: Worker, number: number): Promise<readonly Score[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Score[]>();
  worker.onmessage = ({ data }: MessageEvent<readonly Score[]>) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(number);
  return promise;
}

/** Makes experiments, as many at a time as there are cores. */
async function makeAll(numbers: readonly number[]): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  const left = numbers.values();
  const work = async () => {
    const worker = new Worker(new URL("comparison_worker.ts", import.meta.url), { type: "module" });
    for (const number of left) {
      const experiment = experiments[number];
      if (experiment === undefined) continue;
      const { scenario, about } = experiment;
      comparisons[number] = { scenario, about, scores: await make(worker, number) };
      await Deno.stderr.write(new TextEncoder().encode(`${about}: ${scenario.name}\n`));
    }
    worker.terminate();
  };
  await Promise.all(Array.from({ length: navigator.hardwareConcurrency }, work));
  return comparisons.filter((comparison) => comparison !== undefined);
}

async function writeText(name: string, text: string): Promise<void> {
  const file = new URL(name, results);
  await Deno.writeTextFile(file, text);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", file.pathname] }).output();
}

async function writeResults(comparisons: readonly Comparison[]): Promise<void> {
  await Deno.mkdir(new URL("simulation/", results), { recursive: true });
  const ofPolicies = comparisons.filter(({ about }) => about === "policies");
  for (const comparison of ofPolicies) {
    const file = new URL(`simulation/${comparison.scenario.name}.svg`, results);
    await Deno.writeTextFile(file, await plot(comparison));
  }
  await writeText("simulation.md", report(ofPolicies));
  const others = comparisons.filter(({ about }) => about !== "policies");
  await writeText("adaptive_tuning.md", tuningReport(others));
}

if (import.meta.main) {
  const comparisons = await makeAll(chosen(Deno.args));
  if (Deno.args.length === 0) await writeResults(comparisons);
  else await Deno.stdout.write(new TextEncoder().encode(`${report(comparisons)}\n`));
}
