import { isRunning } from "../network/network_namespace.ts";

/** On a disk: `/tmp` may be in memory, and machines are large. */
const place = "/var/tmp";

const namePattern = /^lbm-(\d+)-/;

/** Makes a directory for the files of this run. */
export async function runDirectory(): Promise<string> {
  const path = await Deno.makeTempDir({ dir: place, prefix: `lbm-${Deno.pid}-` });
  // The machines' own users have to reach their files.
  await Deno.chmod(path, 0o755);
  return path;
}

/** Removes the directories of runs that were cut off before they could do so themselves. */
export async function removeLeftoverDirectories(): Promise<void> {
  for await (const { name } of Deno.readDir(place)) {
    const maker = namePattern.exec(name)?.[1];
    if (maker === undefined || await isRunning(maker)) continue;
    // Another run that starts just now may be faster.
    await Deno.remove(`${place}/${name}`, { recursive: true }).catch(() => {});
  }
}
