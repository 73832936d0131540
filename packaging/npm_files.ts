import { join } from "node:path";
import { runCommand } from "./run_command.ts";

/** Files that a program of npm packages is made of, and its page with it. */
const code = /\.(?:js|cjs|mjs|json|css)$/;

/**
 * The files of a program's npm packages that are no code: licences, read-me files, types.
 *
 * They are left out of the executables. `deno compile` would try to read a licence as JavaScript and
 * embed the error, which holds the path of this machine's cache: other machines would build other
 * bytes. (The licences themselves stand in the packages' copyright file.)
 *
 * @param source The project's directory.
 * @param main The program's main module.
 */
export async function npmFilesWithoutCode(source: string, main: string): Promise<string[]> {
  const cwd = { cwd: source };
  await runCommand(Deno.execPath(), ["cache", "--quiet", "--frozen", main], cwd);
  const info = JSON.parse(await runCommand(Deno.execPath(), ["info", "--json", main], cwd));
  const packages = Object.values(info.npmPackages) as { localPath: string }[];
  const files = await Promise.all(packages.map(({ localPath }) => filesBelow(localPath)));
  return files.flat().filter((path) => !code.test(path));
}

/** The files of a directory and all below it; none where there is no such directory. */
async function filesBelow(directory: string): Promise<string[]> {
  const files: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(directory)) {
      const path = join(directory, name);
      if (isDirectory) files.push(...await filesBelow(path));
      else files.push(path);
    }
  } catch (error) {
    // The lock file names packages of the tests too, which a build need not have.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files;
}
