import { type Program, programCommand } from "./cluster.ts";
import { type Daemon, runInside } from "./daemon.ts";

/**
 * Gives one of the programs a command, such as `drain`, on the machine of a daemon.
 *
 * @returns what it printed.
 * @throws {Error} where it fails.
 */
export async function tell(daemon: Daemon, program: Program, ...words: string[]): Promise<string> {
  return await runInside(daemon, ...programCommand(program, ...words));
}
