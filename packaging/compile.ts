import { join } from "node:path";
import { buildInfoPath } from "../lib/build_info.ts";
import { bundle, entryPoint } from "./bundle.ts";
import type { Architecture } from "./architecture.ts";
import type { Runtime } from "./denort.ts";
import { checkRuntime } from "./check_runtime.ts";
import { fixFileTimes } from "./fix_file_times.ts";
import { npmFilesWithoutCode } from "./npm_files.ts";
import { type CompiledProgram, v8Flags } from "./programs.ts";
import { runCommand } from "./run_command.ts";

/** What a program is compiled from and to. */
export interface Compilation {
  readonly program: CompiledProgram;
  readonly architecture: Architecture;
  readonly runtime: Runtime;
  /** The project's directory. */
  readonly source: string;
  /** The directory of the executable, seen from the project's. */
  readonly output: string;
}

/**
 * The arguments of `deno` that compile a program.
 *
 * @param exclude Files that would be embedded otherwise.
 */
export function compileArguments(
  { program, architecture, output }: Pick<Compilation, "program" | "architecture" | "output">,
  exclude: readonly string[],
): string[] {
  return [
    "compile",
    "--quiet",
    "--frozen",
    // Types are what `deno task check` is for.
    "--no-check",
    // /proc and /sys can only be read with all permissions; the sandbox is that of the unit.
    "--allow-all",
    // The cache would be a file of a known name in /tmp, which the commands would read as root.
    "--no-code-cache",
    "--exclude-unused-npm",
    ...v8Flags(program.name),
    `--target=${architecture.target}`,
    ...[...program.workers, buildInfoPath].map((path) => `--include=${path}`),
    ...exclude.map((path) => `--exclude=${path}`),
    `--output=${join(output, program.name)}`,
    entryPoint(program),
  ];
}

/**
 * Compiles a program into one executable. The same inputs give the same bytes.
 *
 * @returns whether the runtime in it is known to be Deno's own; one that was given is not looked at.
 * @throws {Error} If it should be, and is another one; there is no executable then.
 */
export async function compile(compilation: Compilation): Promise<boolean> {
  const { runtime, source, output } = compilation;
  await Deno.mkdir(join(source, output), { recursive: true });
  const note = `${JSON.stringify({ runtime: runtime.origin })}\n`;
  await Deno.writeTextFile(join(source, buildInfoPath), note);
  await bundle(compilation.program, source);
  const exclude = await npmFilesWithoutCode(source, entryPoint(compilation.program));
  const { DENORT_BIN: _, ...environment } = Deno.env.toObject();
  await runCommand(Deno.execPath(), compileArguments(compilation, exclude), {
    cwd: source,
    clearEnv: true,
    env: runtime.path === null ? environment : { ...environment, DENORT_BIN: runtime.path },
  });
  const path = join(source, output, compilation.program.name);
  const executable = await Deno.readFile(path);
  try {
    fixFileTimes(executable);
    await Deno.writeFile(path, executable);
    return runtime.origin !== "given" &&
      checkRuntime(executable, compilation.architecture, Deno.version.deno);
  } catch (error) {
    await Deno.remove(path);
    throw error;
  }
}
