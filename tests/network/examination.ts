import type { Finding } from "../../lib/diagnosis/finding.ts";
import { type Program, programCommand, type Settings } from "./cluster.ts";
import { type Daemon, runInside } from "./daemon.ts";

/** Runs the command even where it fails, and prints what it printed. */
const evenIfItFails = '"$@" || test $? -eq 1';

/**
 * What a program's doctor finds on the machine of a daemon.
 *
 * @param wrapped A command that is to run it, such as `prlimit`.
 */
export async function examine(
  daemon: Daemon,
  program: Program,
  { settings = {}, wrapped = [] }: {
    readonly settings?: Settings;
    readonly wrapped?: readonly string[];
  } = {},
): Promise<Finding[]> {
  const environment = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const text = await runInside(
    daemon,
    ...["sh", "-c", evenIfItFails, "sh", "env", ...environment, ...wrapped],
    ...programCommand(program, "doctor", "--json"),
  );
  return JSON.parse(text).findings;
}
