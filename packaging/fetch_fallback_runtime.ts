import { join } from "node:path";
import { fallback, requireSha256, restoreRuntime } from "./fallback_runtime.ts";
import { runCommand } from "./run_command.ts";

/**
 * Fetches the fallback runtime with npm, or takes it from the cache; either way it is checked.
 *
 * @param cacheDirectory Where a checked runtime is kept for the next build.
 * @returns the path of the runtime.
 * @throws {Error} If npm is not there, cannot reach its registry, or what it fetched is not what it
 * must be.
 */
export async function fetchFallbackRuntime(cacheDirectory: string): Promise<string> {
  const cached = join(cacheDirectory, `denort-${fallback.denoVersion}-${fallback.target}`);
  if (await isIntact(cached)) return cached;
  await Deno.mkdir(cacheDirectory, { recursive: true });
  const scratch = await Deno.makeTempDir({ dir: cacheDirectory });
  try {
    const runtime = restoreRuntime(await unpackExecutable(scratch));
    requireSha256("the fallback runtime", runtime, fallback.runtimeSha256);
    const finished = join(scratch, "denort");
    await Deno.writeFile(finished, runtime, { mode: 0o755 });
    // Renamed into place, so that a build beside this one never sees half a file.
    await Deno.rename(finished, cached);
    return cached;
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

async function isIntact(path: string): Promise<boolean> {
  try {
    requireSha256("the cached runtime", await Deno.readFile(path), fallback.runtimeSha256);
    return true;
  } catch {
    return false;
  }
}

async function unpackExecutable(scratch: string): Promise<Uint8Array> {
  const retries = "--fetch-retries=1";
  const name = await runCommand(
    "npm",
    ["pack", "--silent", retries, "--pack-destination", scratch, fallback.npmPackage],
  );
  const tarball = join(scratch, name.trim());
  requireSha256(fallback.npmPackage, await Deno.readFile(tarball), fallback.tarballSha256);
  await runCommand("tar", ["-xzf", tarball, "-C", scratch, fallback.executable]);
  return await Deno.readFile(join(scratch, fallback.executable));
}
