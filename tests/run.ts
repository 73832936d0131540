/**
 * Runs every test that this machine allows: `deno task test`; `deno task test SUITE|PATH…` for some of
 * them, `deno task test:long` for those that take minutes.
 *
 * As root on Debian it installs what the tests need; elsewhere it skips what cannot run and says
 * why. A suite finds no command of the system but those that it declares (runner/suites.ts). The last line is `N passed, N failed, N skipped`; the exit code is 0 if nothing failed.
 *
 * @module
 */
import { errorMessage } from "../lib/error_message.ts";
import { type Counts, formatCounts, sumCounts } from "./runner/counts.ts";
import { installMissing } from "./runner/debian_packages.ts";
import { type Machine, obstacle, thisMachine } from "./runner/machine.ts";
import { runSuite } from "./runner/run_suite.ts";
import type { Suite } from "./runner/suite.ts";
import { chooseSuites } from "./runner/choose_suites.ts";

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function chosen(): readonly Suite[] {
  try {
    return chooseSuites(Deno.args);
  } catch (error) {
    say(errorMessage(error));
    Deno.exit(2);
  }
}

async function run(suite: Suite, machine: Machine): Promise<Counts> {
  say(`\n=== ${suite.name}`);
  const reason = obstacle(suite, machine);
  if (reason !== null) {
    say(`--- ${suite.name}: skipped, ${reason}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const start = performance.now();
  const { counts, remark } = await runSuite(suite);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  say(`--- ${suite.name}: ${formatCounts(counts)} (${seconds} s)${remark ? `; ${remark}` : ""}`);
  return counts;
}

const suites = chosen();
await installMissing(suites, thisMachine, say);
const results: Counts[] = [];
for (const suite of suites) results.push(await run(suite, thisMachine));
const total = sumCounts(results);
say(`\n${formatCounts(total)}`);
Deno.exit(total.failed === 0 ? 0 : 1);
