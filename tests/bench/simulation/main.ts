/**
 * Compares the policies in the simulator, and writes a table and plots; run with
 *
 *     deno run -A tests/bench/simulation/main.ts [SCENARIO…]
 *
 * With names of scenarios, only these are run and their table is printed, nothing is written.
 *
 * @module
 */
import { type Comparison, score } from "./comparison.ts";
import { contestants } from "./contestants.ts";
import { plot } from "./plot.ts";
import { report } from "./report.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";

const seeds = [1, 2, 3, 4, 5];
const results = new URL("../results/", import.meta.url);

function compare(scenario: Scenario): Comparison {
  const begun = performance.now();
  const scores = contestants.map((contestant) => score(scenario, contestant, seeds));
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  Deno.stderr.writeSync(new TextEncoder().encode(`${scenario.name}: ${seconds} s\n`));
  return { scenario, scores };
}

function chosen(names: readonly string[]): readonly Scenario[] {
  const known = scenarios.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(`Cannot simulate ${unknown}: there is ${known.join(", ")}`);
  }
  return names.length === 0 ? scenarios : scenarios.filter(({ name }) => names.includes(name));
}

async function writeResults(comparisons: readonly Comparison[]): Promise<void> {
  const plots = new URL("simulation/", results);
  await Deno.mkdir(plots, { recursive: true });
  for (const comparison of comparisons) {
    const file = new URL(`${comparison.scenario.name}.svg`, plots);
    await Deno.writeTextFile(file, await plot(comparison));
  }
  const file = new URL("simulation.md", results);
  await Deno.writeTextFile(file, report(comparisons, seeds.length));
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", file.pathname] }).output();
}

if (import.meta.main) {
  const comparisons = chosen(Deno.args).map(compare);
  if (Deno.args.length === 0) await writeResults(comparisons);
  else {
    const text = report(comparisons, seeds.length);
    await Deno.stdout.write(new TextEncoder().encode(`${text}\n`));
  }
}
