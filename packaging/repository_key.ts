import { runCommand } from "./run_command.ts";

/** A key that signs a repository. */
export interface Keyring {
  /** Signs a Release file: `Release.gpg` and `InRelease` are put beside it. */
  sign(release: string): Promise<void>;
  /** The public key, in ASCII armor. */
  publicKey(): Promise<string>;
  /** Forgets the key. */
  close(): Promise<void>;
}

/** What the key that is made for one build is called, so that nobody takes it for a real one. */
const testKeyName = "lb test repository (key of a single build)";

/**
 * Opens a keyring that nobody else uses and that holds one secret key.
 *
 * @param path An exported secret key without a passphrase; null
 * for a key that is made now.
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
      ? gpg("--passphrase", "", "--quick-generate-key", testKeyName, "ed25519", "sign", "never")
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
    publicKey: () => gpg("--armor", "--export"),
    close,
  };
}
