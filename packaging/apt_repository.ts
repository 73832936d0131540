/**
 * Makes a signed apt repository of the packages: `deno task apt`.
 *
 * `dist/apt` is then served as it is by any web server, or used from where it lies. In the environment:
 *
 * - `LB_APT_KEY`: the path of an exported OpenPGP secret key to sign with. Without it a key is made at
 *   the first build and kept in `dist/apt-key.asc` for all others.
 * - `LB_APT_URL`: where the directory will be served; by default where it lies.
 * - `LB_APT_VALID_DAYS`: after how many days apt takes the repository for outdated, 1 to 3650, by
 *   default 180. Until then whoever can stand between it and a machine may keep updates back.
 *
 * Needs apt-ftparchive (Debian package apt-utils) and gpg (gnupg), but not root.
 *
 * @module
 */
import { basename, join } from "node:path";
import { makeDebs } from "./deb.ts";
import { projectDirectory } from "./project_directory.ts";
import { keepKey, openKeyring } from "./repository_key.ts";
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
  /** For how many days it is valid. */
  readonly validDays: number;
}

/** For how many days a repository is valid by default. */
export const usualValidDays = 180;

/** The key that signs where no other is named, seen from the project's directory. */
const keptKey = "dist/apt-key.asc";

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
  const release = await writeRelease(directory, architectures, parts.validDays);
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
  validDays: number,
): Promise<string> {
  const fields = {
    Origin: "lb",
    Label: "lb",
    Suite: suite,
    Codename: suite,
    Architectures: architectures.join(" "),
    Components: component,
    // In seconds: from it and the date follows Valid-Until.
    ValidTime: String(validDays * 86_400),
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
  const ownKey = Deno.env.get("LB_APT_KEY") || null;
  const url = Deno.env.get("LB_APT_URL") || `file:${directory}`;
  const validDays = readValidDays(Deno.env.get("LB_APT_VALID_DAYS"));
  const packages = await makeDebs();
  const isNew = ownKey === null && await keepKey(join(projectDirectory, keptKey));
  const key = ownKey ?? join(projectDirectory, keptKey);
  await makeRepository({ packages, directory, url, key, validDays });
  if (isNew) {
    say(
      `Made a key to sign with, ${keptKey}: keep it, as machines trust the repository by it; those ` +
        "that know one of an earlier key need the new lb.sources",
    );
  }
  say(
    `Made dist/apt, signed by the key in ${
      ownKey ?? keptKey
    } (LB_APT_KEY), to be served at ${url} ` +
      `(LB_APT_URL), valid for ${validDays} days (LB_APT_VALID_DAYS)`,
  );
}

/**
 * Reads for how many days a repository is to be valid.
 *
 * @throws {RangeError} Where the text is no whole number of 1 to 3650.
 */
export function readValidDays(text: string | undefined): number {
  if (!text) return usualValidDays;
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= 3_650) return days;
  throw new RangeError(
    `LB_APT_VALID_DAYS=${
      JSON.stringify(text)
    } is not accepted; accepted: a whole number of days, 1 ` +
      `to 3650; correct it, or leave it out for ${usualValidDays}`,
  );
}

if (import.meta.main) await runTask(makeProjectRepository);
