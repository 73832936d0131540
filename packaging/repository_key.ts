import { dirname } from "node:path";
import { runCommand } from "./run_command.ts";

/** A key that signs a repository. */
export interface Keyring {
  /** The secret key as {@linkcode openKeyring} takes it, in ASCII armor. */
  secretKey(): Promise<string>;
  /** Signs a Release file: `Release.gpg` and `InRelease` are put beside it. */
  sign(release: string): Promise<void>;
  /** The public key, in ASCII armor. */
  publicKey(): Promise<string>;
  /** Forgets the key. */
  close(): Promise<void>;
}

/** What a key is called that is made here, so that nobody takes it for the project's own. */
const madeKeyName = "lb repository (made by deno task apt)";

/**
 * Opens a keyring that nobody else uses and that holds one secret key.
 *
 * @param path An exported secret key without a passphrase; null for a key that is made now.
 * @throws {Error} If gpg is missing, or cannot read the key.
 */
export async function openKeyring(path: string | null): Promise<Keyring> {
  const home = await Deno.makeTempDir();
  const gpg = (...args: string[]) =>
    runCommand("gpg", ["--homedir", home, "--batch", "--yes", "--quiet", ...args]);
  const close = async () => {
    await runCommand("gpgconf", ["--homedir", home, "--kill", "all"]);
    await Deno.remove(home, { recursive: true });
  };
  try {
    await (path === null
      ? gpg("--passphrase", "", "--quick-generate-key", madeKeyName, "ed25519", "sign", "never")
      : gpg("--import", path));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async sign(release) {
      const directory = release.slice(0, release.lastIndexOf("/"));
      await gpg("--armor", "--output", `${release}.gpg`, "--detach-sign", release);
      await gpg("--output", `${directory}/InRelease`, "--clearsign", release);
    },
    secretKey: () => gpg("--armor", "--export-secret-keys"),
    publicKey: () => gpg("--armor", "--export"),
    close,
  };
}

/**
 * Makes sure that there is a key to sign with, the same for every build: machines trust a repository
 * by the key that they know.
 *
 * @param path Where the exported secret key is kept, for its owner alone.
 * @returns whether it had to be made.
 */
export async function keepKey(path: string): Promise<boolean> {
  if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return false;
  const keyring = await openKeyring(null);
  try {
    const key = await keyring.secretKey();
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, key, { mode: 0o600, createNew: true });
    return true;
  } finally {
    await keyring.close();
  }
}
