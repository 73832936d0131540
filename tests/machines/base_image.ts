import { runCommand } from "../../packaging/run_command.ts";

const release = "bookworm";

/** What a small server has, beyond what every Debian has. */
const packages = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "iproute2",
  "procps",
  "curl",
  "nginx-light",
];

/**
 * The files of a Debian machine that was never booted, made at the first call and kept for later
 * runs.
 *
 * @returns the path of their directory, over which machines lay their own files; it is never changed.
 */
export async function baseImage(): Promise<string> {
  const cache = `${cacheDirectory()}/lb-tests`;
  const path = `${cache}/${release}-${await fingerprint()}`;
  if (await isThere(path)) return path;
  await Deno.mkdir(cache, { recursive: true });
  const scratch = await Deno.makeTempDir({ dir: cache });
  try {
    await makeImage(scratch);
    await Deno.rename(scratch, path);
  } catch (error) {
    await Deno.remove(scratch, { recursive: true });
    // Another run may have been faster; its image is as good.
    if (!await isThere(path)) throw error;
  }
  return path;
}

function cacheDirectory(): string {
  return Deno.env.get("XDG_CACHE_HOME") || "/var/cache";
}

/** Changes with everything that the image depends on. */
async function fingerprint(): Promise<string> {
  const recipe = new TextEncoder().encode(makeImage.toString() + packages.join());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", recipe));
  return digest.toHex().slice(0, 12);
}

async function makeImage(directory: string): Promise<void> {
  const include = `--include=${packages.join()}`;
  await runCommand("mmdebstrap", ["--quiet", "--variant=minbase", include, release, directory]);
  // A machine gets an identity of its own at its first boot (machine-id(5)).
  await Deno.writeTextFile(`${directory}/etc/machine-id`, "");
  // From inside the tests' network Debian's archive cannot be reached.
  await Deno.remove(`${directory}/etc/apt/sources.list`);
  await runCommand("systemctl", [`--root=${directory}`, "--quiet", "enable", "systemd-networkd"]);
  // With this directory there, the journal outlives the machine.
  await Deno.mkdir(`${directory}/var/log/journal`, { recursive: true });
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
