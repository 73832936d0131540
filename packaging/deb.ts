/**
 * Makes the .deb packages of both programs: `deno task deb`.
 *
 * @module
 */
import { basename, join } from "node:path";
import { version } from "../lib/version.ts";
import { build, type Built } from "./build.ts";
import { newestEntry } from "./changelog.ts";
import { debianVersion } from "./debian_version.ts";
import { makePackage, type PackageOutput } from "./make_package.ts";
import { manualPage } from "./manual_page.ts";
import { packageFiles } from "./package_files.ts";
import { type CompiledProgram, compiledPrograms } from "./programs.ts";
import { projectDirectory } from "./project_directory.ts";
import { runTask } from "./run_task.ts";
import { say } from "./say.ts";
import { sourceDate } from "./source_date.ts";

/** What may be asked of a package other than the usual. */
export interface DebOptions {
  /** The version of the programs that it says it holds; by default theirs. */
  readonly version?: string;
  /** Where it is put; by default `dist`. */
  readonly directory?: string;
  /** How hard xz tries, 0 to 9, by default 6; null: nothing is compressed. */
  readonly compression?: number | null;
}

/**
 * Makes the package of a program that has been built.
 *
 * @returns its path.
 */
export async function makeDeb(
  name: CompiledProgram["name"],
  { architecture, runtime, directory }: Built,
  options: DebOptions = {},
): Promise<string> {
  const { maintainer, date } = newestEntry(readProjectFile("packaging/debian/changelog"));
  const edition = { version: debianVersion(options.version ?? version), date };
  const output: PackageOutput = {
    directory: options.directory ?? join(projectDirectory, "dist"),
    sourceDate: await sourceDate(date),
    compression: options.compression === undefined ? 6 : options.compression,
  };
  const files = packageFiles({
    name,
    executable: await Deno.readFile(join(projectDirectory, directory, name)),
    read: readProjectFile,
    manual: (source) => manualPage(source, edition),
  });
  const scripts = Object.fromEntries(
    ["postinst", "prerm", "postrm"].map((script) => [
      script,
      readProjectFile(`packaging/debian/${script}`),
    ]),
  );
  const identity = { name, version: edition.version, architecture, maintainer, runtime };
  return await makePackage({ identity, files, scripts }, output);
}

function readProjectFile(path: string): string {
  return Deno.readTextFileSync(join(projectDirectory, path));
}

/**
 * Builds both programs and makes their packages, for every architecture that can be built here.
 *
 * @returns the packages' paths.
 */
export async function makeDebs(): Promise<string[]> {
  const paths: string[] = [];
  for (const built of await build()) {
    for (const { name } of compiledPrograms) {
      const path = await makeDeb(name, built);
      const megabytes = ((await Deno.stat(path)).size / 1e6).toFixed(1);
      say(`Made dist/${basename(path)} (${megabytes} MB)`);
      paths.push(path);
    }
  }
  return paths;
}

if (import.meta.main) await runTask(makeDebs);
