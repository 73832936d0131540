/**
 * Compiles both programs into executables: `deno task build`.
 *
 * Those for this machine's architecture are made or the build fails; those for the other one are
 * made where the network gives the runtime.
 *
 * @module
 */
import { join } from "node:path";
import type { RuntimeOrigin } from "../lib/build_info.ts";
import { type Architecture, architectures, executablesDirectory } from "./architecture.ts";
import { compile } from "./compile.ts";
import { findRuntime, type Runtime, type RuntimeSources } from "./denort.ts";
import { fetchFallbackRuntime } from "./fetch_fallback_runtime.ts";
import { isOfficialRuntimeAvailable } from "./official_runtime.ts";
import { compiledPrograms } from "./programs.ts";
import { projectDirectory } from "./project_directory.ts";
import { runCommand } from "./run_command.ts";
import { runTask } from "./run_task.ts";
import { say } from "./say.ts";

const host = architectures[Deno.build.arch];

/** Where the executables for an architecture are, and what they were built with. */
export interface Built {
  readonly architecture: Architecture;
  readonly runtime: RuntimeOrigin;
  /** Seen from the project's directory. */
  readonly directory: string;
}

/**
 * Compiles both programs for every architecture that a runtime can be had for.
 *
 * @returns what was made, this machine's architecture first.
 * @throws {Error} If they cannot be made for this machine's architecture.
 */
export async function build(): Promise<Built[]> {
  const built: Built[] = [];
  for (const architecture of [host, ...Object.values(architectures).filter((a) => a !== host)]) {
    const runtime = await runtimeFor(architecture);
    if (runtime === null) continue;
    const directory = executablesDirectory(architecture, host);
    await compilePrograms(architecture, runtime, directory);
    built.push({ architecture, runtime: runtime.origin, directory });
  }
  return built;
}

async function runtimeFor(architecture: Architecture): Promise<Runtime | null> {
  // A runtime that was given is for this machine, as Deno itself has it.
  const given = architecture === host ? Deno.env.get("DENORT_BIN") : undefined;
  const sources: RuntimeSources = {
    given,
    officialAvailable: isOfficialRuntimeAvailable,
    fetchFallback: () => fetchFallbackRuntime(join(projectDirectory, "dist/.cache")),
    announce: say,
  };
  try {
    return await findRuntime(architecture, Deno.version.deno, sources);
  } catch (error) {
    if (architecture === host) throw error;
    say(`Skipped ${architecture.debian}: no runtime for it can be had here`);
    return null;
  }
}

async function compilePrograms(
  architecture: Architecture,
  runtime: Runtime,
  output: string,
): Promise<void> {
  for (const program of compiledPrograms) {
    const parts = { program, architecture, runtime, source: projectDirectory, output };
    const isKnown = await compile(parts);
    const path = join(projectDirectory, output, program.name);
    // What was made for this machine shows at once that it runs.
    const version = architecture === host ? `: ${await runCommand(path, ["--version"])}` : "";
    const remark = isKnown ? "" : "; the digest of its runtime is not known, and was not checked";
    say(`Built ${output}/${program.name}${version.trimEnd()}${remark}`);
  }
}

if (import.meta.main) await runTask(build);
