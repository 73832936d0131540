/** How a command is run. */
export interface CommandOptions {
  /** Its working directory; by default this program's. */
  readonly cwd?: string;
  /** Whether the command sees nothing of this program's environment. */
  readonly clearEnv?: boolean;
  /** Variables added to its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a command to its end.
 *
 * @returns what it wrote to its standard output.
 * @throws {Error} If there is no such command, or it fails; the message then holds what it wrote to
 * its standard error.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { success, code, stdout, stderr } = await output(command, args, options);
  const decoder = new TextDecoder();
  if (success) return decoder.decode(stdout);
  const complaint = decoder.decode(stderr).trim();
  throw new Error(`Cannot run ${command} ${args[0] ?? ""}: exit code ${code}\n${complaint}`);
}

async function output(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command(command, {
      ...options,
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot run ${command}: it is not installed`);
  }
}
