/**
 * All that is measured, part by part: `deno task bench`, or `deno task bench PART…` for some of it,
 * and `deno task bench --list` for the names.
 *
 * Each part is a program of its own, which prints what it finds and mostly writes it into `results/`;
 * its first lines say how to run it more narrowly.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { fileURLToPath } from "node:url";
import { confine } from "../runner/confinement.ts";
import { installMissing } from "../runner/debian_packages.ts";
import { obstacle, thisMachine } from "../runner/machine.ts";
import { type Part, parts, partsNamed } from "./parts.ts";

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Runs a part to its end; returns whether it succeeded. */
async function run({ name, args, needs }: Part): Promise<boolean> {
  const startedAt = performance.now();
  say(`\n=== ${name}`);
  await using confinement = await confine({ name, needs });
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { ...confinement.environment },
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    stdin: "null",
  }).spawn().status;
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  say(`--- ${name}: ${success ? "done" : "failed"} (${minutes} minutes)`);
  return success;
}

function list(): void {
  const width = Math.max(...parts.map(({ name }) => name.length));
  for (const { name, takes, measures } of parts) {
    say(`${name.padEnd(width)}  ${measures}; ${takes}`);
  }
}

const { list: isListWanted, _: names } = parseArgs(Deno.args, { boolean: ["list"], string: ["_"] });
if (isListWanted) {
  list();
  Deno.exit(0);
}
const wanted = partsNamed(names.map(String));
await installMissing(wanted, thisMachine, say);
let hasFailed = false;
for (const part of wanted) {
  const reason = obstacle(part, thisMachine);
  if (reason === null) hasFailed = !await run(part) || hasFailed;
  else say(`\n--- ${part.name}: skipped, ${reason}`);
}
Deno.exit(hasFailed ? 1 : 0);
