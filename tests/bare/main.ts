/**
 * The README's two commands on a machine that has nothing but Node and npm: `deno task test:bare`.
 *
 * It makes a minimal Debian, checks the last commit out there, and runs the demo as an ordinary user
 * and the tests as root. No suite may be skipped. As root, on Debian; takes as long as the tests, and
 * some minutes more.
 *
 *     deno task test:bare [--beside=FILE] [--only-demo] [SUITE…]
 *
 * FILE holds what `deno task test` printed on the machine outside, and the counts must be equal. With
 * names of suites only these are run. The result of a whole run is written to
 * `tests/long/results/bare.md`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { fileURLToPath } from "node:url";
import { errorMessage } from "../../lib/error_message.ts";
import { projectDirectory } from "../../packaging/project_directory.ts";
import { runCommand } from "../../packaging/run_command.ts";
import { machineFacts } from "../bench/machine_facts.ts";
import { installMissing } from "../runner/debian_packages.ts";
import { obstacle, thisMachine } from "../runner/machine.ts";
import { BareMachine, packages, release } from "./bare_machine.ts";
import { report } from "./report.ts";
import { complaints, readTestRun } from "./suite_results.ts";
import { visitDemo } from "./visit_demo.ts";

const needs = {
  root: true,
  commands: { mmdebstrap: "mmdebstrap", git: "git", mount: "mount" },
} as const;
const resultPath = fileURLToPath(new URL("../long/results/bare.md", import.meta.url));

/** How the README has its readers run a task. */
const taskCommand = (
  ...words: string[]
) => ["npx", "-y", `deno@${Deno.version.deno}`, "task", ...words];

const bytes = new TextEncoder();
function show(text: string): void {
  Deno.stdout.writeSync(bytes.encode(text));
}

/** Runs the tests to their end; gives all that they printed. */
async function runTests(machine: BareMachine, suites: readonly string[]): Promise<string> {
  const tests = machine.start("root", taskCommand("test", ...suites), {});
  let printed = "";
  for await (const text of tests.stdout.pipeThrough(new TextDecoderStream())) {
    printed += text;
    show(text);
  }
  await tests.status;
  return printed;
}

async function circumstances(): Promise<string> {
  const { processors, kernel, system } = machineFacts();
  const load = Deno.loadavg().map((value) => value.toFixed(1)).join(", ");
  const changed = await runCommand("git", ["status", "--porcelain"], { cwd: projectDirectory });
  const note = changed === "" ? "" : " Changes that were not committed are not in it.";
  return `Outside: ${system}, Linux ${kernel}, ${processors} processors, load ${load} at the end.${note}`;
}

async function main(): Promise<string[]> {
  const { beside: besidePath, "only-demo": onlyDemo, _: names } = parseArgs(Deno.args, {
    string: ["beside", "_"],
    boolean: ["only-demo"],
  });
  await installMissing([{ needs }], thisMachine, (line) => show(`${line}\n`));
  const reason = obstacle({ needs }, thisMachine);
  if (reason !== null) return [`Cannot make a bare machine: ${reason}`];
  const suites = names.map(String);
  const beside = besidePath ? readTestRun(await Deno.readTextFile(besidePath)) : null;
  show(`Making a minimal Debian ${release} with ${packages.join(", ")}\n`);
  await using machine = await BareMachine.make();
  const packageCount = await machine.packageCount();
  const demo = await visitDemo(machine, taskCommand("demo"), show);
  if (onlyDemo) return [];
  const run = readTestRun(await runTests(machine, suites));
  const found = complaints(run, beside);
  if (suites.length > 0) return found;
  const text = report({
    commit: (await runCommand("git", ["rev-parse", "--short", "HEAD"], { cwd: projectDirectory }))
      .trim(),
    date: new Date(),
    circumstances: await circumstances(),
    ...{ release, packages, packageCount, demo, run, beside },
  });
  await Deno.writeTextFile(resultPath, text);
  await runCommand(Deno.execPath(), ["fmt", "--quiet", resultPath]);
  return found;
}

const found = await main().catch((error) => [errorMessage(error)]);
for (const complaint of found) show(`${complaint}\n`);
show(found.length === 0 ? "The README's commands work on a bare machine\n" : "");
Deno.exit(found.length === 0 ? 0 : 1);
