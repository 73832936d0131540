import { debianPath, systemCommand } from "../system_command.ts";

/** No command of the tests takes longer unless it hangs. */
const limitMs = 30_000;

/**
 * Runs a command to its end.
 *
 * @returns what it wrote to its standard output.
 * @throws {Error} with what it wrote to its standard error, where it fails.
 */
export async function runCommand(command: string, ...args: string[]): Promise<string> {
  return await run(command, args, {});
}

/** The same for a command that goes on to the files of another machine, to which our `PATH` is strange. */
export async function runElsewhere(command: string, ...args: string[]): Promise<string> {
  return await run(command, args, { PATH: debianPath });
}

async function run(
  command: string,
  args: string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const { success, code, stdout, stderr } = await systemCommand(command, {
    args,
    env: { NO_COLOR: "1", ...environment },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(limitMs),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (success) return text(stdout);
  const complaint = text(stderr).trim() || text(stdout).trim();
  throw new Error(
    `Cannot run ${command}: exit code ${code}, ${complaint}, received ${args.join(" ")}`,
  );
}
