/**
 * Makes a signed apt repository of the packages: `deno task apt`.
 *
 * `dist/apt` is then served as it is by any web server, or used from where it lies. In the environment:
 *
 * - `LB_APT_KEY`: the path of an exported OpenPGP secret key to sign with. Without it a key is made
 *   for this one build, good for tests.
 * - `LB_APT_URL`: where the directory will be served; by default where it lies.
 *
 * Needs apt-ftparchive (Debian package apt-utils) and gpg (gnupg), but not root.
 *
 * @module
 */
import { basename, join } from "node:path";
import { makeDebs } from "./deb.ts";
import { projectDirectory } from "./project_directory.ts";
import { openKeyring } from "./repository_key.ts";
import { runCommand } from "./run_command.ts";
import { runTask } from "./run_task.ts";
import { say } from "./say.ts";
import { sourcesFile } from "./sources_file.ts";

/** What a repository is made of. */
export interface RepositoryParts {
  /** The paths of the packages. */
  readonly packages: readonly string[];
  /** The directory that it is put into; what is there is replaced. */
  readonly directory: string;
  /** Where the directory will be served. */
  readonly url: string;
  /** The path of an exported secret key, or null for one that is made for this repository alone. */
  readonly key: string | null;
}

const suite = "stable";
const component = "main";

/** Makes a signed repository. */
export async function makeRepository(parts: RepositoryParts): Promise<void> {
  const { directory, packages, url } = parts;
  await Deno.remove(directory, { recursive: true }).catch(ignoreMissing);
  await Deno.mkdir(join(directory, "pool"), { recursive: true });
  for (const path of packages) {
    await Deno.copyFile(path, join(directory, "pool", basename(path)));
  }
  const architectures = architecturesOf(packages);
  for (const architecture of architectures) await writeIndex(directory, architecture);
  const release = await writeRelease(directory, architectures);
  const keyring = await openKeyring(parts.key);
  try {
    await keyring.sign(release);
    const publicKey = await keyring.publicKey();
    await Deno.writeTextFile(join(directory, "lb.asc"), publicKey);
    await Deno.writeTextFile(
      join(directory, "lb.sources"),
      sourcesFile({ url, suite, component, publicKey }),
    );
  } finally {
    await keyring.close();
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** The architectures that the names of packages end in. */
function architecturesOf(packages: readonly string[]): string[] {
  return [...new Set(packages.map((path) => /_([^_]+)\.deb$/.exec(path)?.[1] ?? ""))].sort();
}

async function writeIndex(directory: string, architecture: string): Promise<void> {
  const place = join(directory, "dists", suite, component, `binary-${architecture}`);
  await Deno.mkdir(place, { recursive: true });
  const args = ["--arch", architecture, "packages", "pool"];
  const index = await runCommand("apt-ftparchive", args, { cwd: directory });
  await Deno.writeTextFile(join(place, "Packages"), index);
  await runCommand("gzip", ["--keep", "--no-name", "-9", join(place, "Packages")]);
}

/** Writes the file that vouches for all others, and returns its path. */
async function writeRelease(
  directory: string,
  architectures: readonly string[],
): Promise<string> {
  const fields = {
    Origin: "lb",
    Label: "lb",
    Suite: suite,
    Codename: suite,
    Architectures: architectures.join(" "),
    Components: component,
    Description: "lb, the TCP load balancer that finds its servers by itself",
  };
  const options = Object.entries(fields).flatMap(([name, value]) => [
    "-o",
    `APT::FTPArchive::Release::${name}=${value}`,
  ]);
  const place = join(directory, "dists", suite);
  const text = await runCommand("apt-ftparchive", [...options, "release", place]);
  await Deno.writeTextFile(join(place, "Release"), text);
  return join(place, "Release");
}

/** Makes the packages and puts them into `dist/apt`. */
async function makeProjectRepository(): Promise<void> {
  const directory = join(projectDirectory, "dist/apt");
  const key = Deno.env.get("LB_APT_KEY") || null;
  const url = Deno.env.get("LB_APT_URL") || `file:${directory}`;
  await makeRepository({ packages: await makeDebs(), directory, url, key });
  const by = key === null
    ? "a key made for this build alone (LB_APT_KEY names one of your own)"
    : `the key in ${key}`;
  say(`Made dist/apt, signed by ${by}, to be served at ${url} (LB_APT_URL)`);
}

if (import.meta.main) await runTask(makeProjectRepository);
