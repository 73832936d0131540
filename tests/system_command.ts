import { findCommand } from "./find_command.ts";
import { currentSuite } from "./runner/suite_environment.ts";

/** The `PATH` of a Debian machine's administrator, for what runs on another machine than this one. */
export const debianPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * A command of the system, ready to be started. Tests and their fixtures start nothing in another
 * way: a suite of the runner gets the commands that it declared, and no others.
 *
 * @param command Its name, or the path of something that the tests have made.
 * @throws {Deno.errors.NotFound} where it is not installed, or the suite did not declare it.
 */
export function systemCommand(command: string, options?: Deno.CommandOptions): Deno.Command {
  if (command.includes("/")) return new Deno.Command(command, options);
  const path = findCommand(command);
  if (path === null) throw new Deno.errors.NotFound(missing(command));
  // By its path, so that a `PATH` for another machine does not lead astray here.
  return new Deno.Command(path, options);
}

function missing(command: string): string {
  const suite = currentSuite();
  return suite === null
    ? `Cannot run ${command}: it is not installed`
    : `Cannot run ${command}: the suite "${suite}" does not declare it; ` +
      "add it to the suite's needs in tests/runner/suites.ts";
}
