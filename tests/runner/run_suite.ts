import { confine } from "./confinement.ts";
import type { Counts } from "./counts.ts";
import { countJunit } from "./junit.ts";
import type { Suite } from "./suite.ts";

/** How a suite ended, and what is to be said about it beyond its own output. */
export interface SuiteResult {
  readonly counts: Counts;
  /** Null where the counts say it all. */
  readonly remark: string | null;
}

const onePassed: Counts = { passed: 1, failed: 0, skipped: 0 };
const oneFailed: Counts = { passed: 0, failed: 1, skipped: 0 };

/**
 * Runs a suite in a process of its own, which finds only what the suite declares; its output goes
 * where ours goes.
 */
export async function runSuite(suite: Suite): Promise<SuiteResult> {
  await using confinement = await confine(suite);
  const { environment } = confinement;
  if (suite.counts === "command") {
    const ending = await runDeno(suite.command, environment, suite.limitMinutes);
    return ending === null
      ? { counts: onePassed, remark: null }
      : { counts: oneFailed, remark: ending };
  }
  const directory = await Deno.makeTempDir({ prefix: "lb-tests-" });
  try {
    const path = `${directory}/junit.xml`;
    const command = [...suite.command, `--junit-path=${path}`];
    const ending = await runDeno(command, environment, suite.limitMinutes);
    return judge(ending, countJunit(await readIfThere(path)));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/**
 * Weighs how a runner ended against what it reported.
 *
 * A file of tests that cannot even be loaded is not in the report: only the exit code tells of it.
 *
 * @param ending Null for a success, else how the runner ended.
 * @param reported Null where there is no whole report.
 */
export function judge(ending: string | null, reported: Counts | null): SuiteResult {
  if (reported === null) {
    return { counts: oneFailed, remark: `no report: the runner ended with ${ending ?? "success"}` };
  }
  if (ending === null || reported.failed > 0) return { counts: reported, remark: null };
  return {
    counts: { ...reported, failed: 1 },
    remark: `the runner ended with ${ending}, though none of the reported tests failed`,
  };
}

/** Returns null after a success, else how the process ended. */
async function runDeno(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  limitMinutes: number,
): Promise<string | null> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    // A failed test is no crash of Deno, whose stack of native frames would only be in the way.
    env: { RUST_BACKTRACE: "0", ...environment },
    stdin: "null",
  }).spawn();
  let hung = false;
  const limit = setTimeout(() => {
    hung = true;
    child.kill("SIGKILL");
  }, limitMinutes * 60_000);
  const { success, code, signal } = await child.status;
  clearTimeout(limit);
  if (hung) return `no end within ${limitMinutes} minutes`;
  return success ? null : signal ?? `exit code ${code}`;
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
