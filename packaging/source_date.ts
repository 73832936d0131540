import { projectDirectory } from "./project_directory.ts";
import { runCommand } from "./run_command.ts";

/**
 * The time that packages bear, in seconds since 1970: `SOURCE_DATE_EPOCH`
 * (reproducible-builds.org), else that of the last commit, else the changelog's.
 *
 * @throws {RangeError} If `SOURCE_DATE_EPOCH` is no whole number of seconds.
 */
export async function sourceDate(changelogDate: Date): Promise<number> {
  const given = Deno.env.get("SOURCE_DATE_EPOCH");
  if (given) return parseSeconds(given);
  try {
    const cwd = { cwd: projectDirectory };
    return parseSeconds((await runCommand("git", ["log", "-1", "--format=%ct"], cwd)).trim());
  } catch {
    return changelogDate.getTime() / 1000;
  }
}

function parseSeconds(text: string): number {
  if (/^\d{1,11}$/.test(text)) return Number(text);
  throw new RangeError(
    `Cannot take SOURCE_DATE_EPOCH: it is a whole number of seconds since 1970, received ${text}`,
  );
}
