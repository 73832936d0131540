import { currentSuite } from "./runner/suite_environment.ts";

/** Where Debian keeps commands that are not in everyone's `PATH`. */
const administratorDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/**
 * Finds a command in `PATH` and in the directories of the administrator's commands. A suite of the
 * runner finds what it declared, which is all in its `PATH`.
 *
 * @returns its path, or null where it is not installed.
 */
export function findCommand(command: string): string | null {
  const path = (Deno.env.get("PATH") ?? "").split(":").filter((directory) => directory !== "");
  const more = currentSuite() === null ? administratorDirectories : [];
  for (const directory of [...path, ...more]) {
    if (isExecutable(`${directory}/${command}`)) return `${directory}/${command}`;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && ((mode ?? 0) & 0o111) !== 0;
  } catch {
    return false;
  }
}
