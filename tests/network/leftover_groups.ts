import { readText } from "deno-systeminfo-free";
import { readCgroupPlaces } from "../../lib/systeminfo/cgroup_path.ts";
import { isRunning } from "./network_namespace.ts";

/** Groups of ours bear the process that made them, as its network namespaces do. */
const namePattern = /^lbt-(\d+)-/;

/** Removes the control groups of runs that were cut off before they could do so themselves. */
export async function removeLeftoverGroups(): Promise<void> {
  const { v1, v2 } = readCgroupPlaces(readText);
  const places = [...v1.values(), ...(v2 === null ? [] : [v2])];
  for (const mountPoint of new Set(places.map((place) => place.mountPoint))) {
    for (const { name } of Deno.readDirSync(mountPoint)) {
      const maker = namePattern.exec(name)?.[1];
      if (maker === undefined || await isRunning(maker)) continue;
      // Another run that starts just now may be faster.
      await Deno.remove(`${mountPoint}/${name}`).catch(() => {});
    }
  }
}
