import { makeRepository } from "../../packaging/apt_repository.ts";
import { architectures } from "../../packaging/architecture.ts";
import { makeDeb } from "../../packaging/deb.ts";
import { projectDirectory } from "../../packaging/project_directory.ts";
import { runCommand } from "../../packaging/run_command.ts";
import { buildInfoPath } from "../../lib/build_info.ts";
import { names, packageOf } from "../packages/built.ts";

/** A signed repository in a directory, with the packages that were built; newer ones can be added. */
export class PackageRepository {
  readonly #directory: string;
  readonly #key: string;

  private constructor(directory: string, key: string) {
    this.#directory = directory;
    this.#key = key;
  }

  /**
   * Publishes the packages that were built.
   *
   * @param directory Where its files go.
   */
  static async open(directory: string): Promise<PackageRepository> {
    const repository = new PackageRepository(directory, await makeKey(directory));
    await repository.#publish(names.map(packageOf));
    return repository;
  }

  /** The directory to serve: it holds the repository as `lb`. */
  get served(): string {
    return `${this.#directory}/srv`;
  }

  /** Publishes the same programs as packages of another version, which take the others' place. */
  async upgradeTo(version: string): Promise<void> {
    const built = {
      architecture: architectures[Deno.build.arch],
      runtime: JSON.parse(await Deno.readTextFile(`${projectDirectory}/${buildInfoPath}`)).runtime,
      directory: "dist",
    };
    // They are read on this machine alone: large ones are made faster.
    const options = { version, directory: this.#directory, compression: null };
    const packages = await Promise.all(names.map((name) => makeDeb(name, built, options)));
    await this.#publish(packages);
  }

  async #publish(packages: readonly string[]): Promise<void> {
    const directory = `${this.served}/lb`;
    const [url, key] = ["file:/srv/lb", this.#key];
    await makeRepository({ packages, directory, url, key, validDays: 1 });
  }
}

/** Makes the key that signs all that the repository ever holds. */
async function makeKey(directory: string): Promise<string> {
  const home = `${directory}/gnupg`;
  await Deno.mkdir(home, { mode: 0o700 });
  const gpg = (...args: string[]) => runCommand("gpg", ["--homedir", home, "--batch", ...args]);
  await gpg("--passphrase", "", "--quick-generate-key", "tests@lb.example", "ed25519", "sign");
  await Deno.writeTextFile(`${home}/key.asc`, await gpg("--armor", "--export-secret-keys"));
  await runCommand("gpgconf", ["--homedir", home, "--kill", "all"]);
  return `${home}/key.asc`;
}
