import { findCommand } from "../find_command.ts";
import { alternative } from "./alternatives.ts";
import {
  installedPackagesFormat,
  packageClosure,
  parseInstalledPackages,
} from "./package_closure.ts";

/** What the README asks for, from wherever it was installed. */
const assumedCommands = ["node", "npm", "npx"];
/** The package manager, which a minimal Debian has though it is not essential. */
const assumedPackages = ["apt"];
/** Where update-alternatives(1) keeps what generic names stand for. */
const alternativesDirectory = "/var/lib/dpkg/alternatives";

const commandPath = /^\/(?:usr\/)?s?bin\/([^/]+)$/;

/**
 * Fills a directory with links to the commands that a minimal Debian has on which some packages were
 * installed, so that a `PATH` of this directory alone hides every other.
 *
 * @param directory An empty directory.
 * @param packages The packages.
 * @returns false, with nothing done, where the machine is no Debian.
 */
export async function fillCommandDirectory(
  directory: string,
  packages: readonly string[],
): Promise<boolean> {
  if (findCommand("dpkg-query") === null) return false;
  const format = `--showformat=${installedPackagesFormat}`;
  const installed = parseInstalledPackages(await dpkgQuery("--show", format));
  const closure = packageClosure(installed, [...assumedPackages, ...packages]);
  const paths = new Set((await dpkgQuery("--listfiles", ...closure)).split("\n"));
  const links = new Map<string, string>();
  for (const path of paths) {
    const name = commandPath.exec(path)?.[1];
    if (name !== undefined) links.set(name, path);
  }
  for (const { name, program } of await alternatives(paths)) links.set(name, program);
  for (const name of assumedCommands) {
    const path = findCommand(name);
    if (path !== null) links.set(name, path);
  }
  for (const [name, path] of links) await Deno.symlink(path, `${directory}/${name}`);
  return true;
}

async function alternatives(paths: ReadonlySet<string>) {
  const files = await Array.fromAsync(Deno.readDir(alternativesDirectory));
  const found = await Promise.all(files.map(async ({ name }) => {
    const text = await Deno.readTextFile(`${alternativesDirectory}/${name}`);
    // Without merged /usr a package may have listed the program at its older place.
    return alternative(text, (path) => paths.has(path) || paths.has(path.replace(/^\/usr/, "")));
  }));
  return found.filter((one) => one !== null);
}

async function dpkgQuery(...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("dpkg-query", { args }).output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(`Cannot list the packages: ${new TextDecoder().decode(stderr).trim()}`);
}
