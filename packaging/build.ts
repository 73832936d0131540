/**
 * Compiles both programs into executables: `deno task build`.
 *
 * Those for this machine's architecture are made or the build fails; those for the other one are
 * made where the network gives the runtime.
 *
 * @module
 */
import { join } from "node:path";
import { type Architecture, architectures, executablesDirectory } from "./architecture.ts";
import { compile } from "./compile.ts";
import { findRuntime, type Runtime, type RuntimeSources } from "./denort.ts";
import { fetchFallbackRuntime } from "./fetch_fallback_runtime.ts";
import { isOfficialRuntimeAvailable } from "./official_runtime.ts";
import { compiledPrograms } from "./programs.ts";
import { projectDirectory } from "./project_directory.ts";
import { runCommand } from "./run_command.ts";
import { say } from "./say.ts";

const host = architectures[Deno.build.arch];

/**
 * Compiles both programs for every architecture that a runtime can be had for.
 *
 * @returns the architectures that they were made for.
 * @throws {Error} If they cannot be made for this machine's architecture.
 */
export async function build(): Promise<Architecture[]> {
  const built: Architecture[] = [];
  for (const architecture of [host, ...Object.values(architectures).filter((a) => a !== host)]) {
    const runtime = await runtimeFor(architecture);
    if (runtime === null) continue;
    await compilePrograms(architecture, runtime);
    built.push(architecture);
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

async function compilePrograms(architecture: Architecture, runtime: Runtime): Promise<void> {
  const output = executablesDirectory(architecture, host);
  for (const program of compiledPrograms) {
    await compile({ program, architecture, runtime, source: projectDirectory, output });
    const path = join(projectDirectory, output, program.name);
    // What was made for this machine shows at once that it runs.
    const version = architecture === host ? `: ${await runCommand(path, ["--version"])}` : "";
    say(`Built ${output}/${program.name}${version.trimEnd()}`);
  }
}

if (import.meta.main) {
  try {
    await build();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    Deno.exit(1);
  }
}
