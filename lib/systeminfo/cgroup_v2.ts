/**
 * Limits and use in the unified cgroup hierarchy (Linux,
 * Documentation/admin-guide/cgroup-v2.rst, sections CPU, Memory and Cpuset).
 *
 * The root of the whole hierarchy has no files of limits; the root of a cgroup namespace has.
 *
 * @module
 */
import { innermost, tightestLimit } from "./cgroup_ancestry.ts";
import type { CgroupLimits } from "./cgroup_limits.ts";
import type { CgroupPlace } from "./cgroup_path.ts";
import { parseCpuList } from "./cpu_list.ts";
import { flatKeyed } from "./flat_keyed.ts";
import type { ReadText } from "./read.ts";
import { parseWholeNumber } from "./whole_number.ts";

/**
 * Reads `cpu.max`: how many microseconds may be used in a period of how many.
 *
 * @returns cores, possibly a part of one; null where the text sets no limit.
 *
 * @example
 * ```ts
 * import { parseCpuMax } from "./cgroup_v2.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseCpuMax("150000 100000\n"), 1.5);
 * assertEquals(parseCpuMax("max 100000\n"), null);
 * ```
 */
export function parseCpuMax(text: string): number | null {
  const [quota = "", period = ""] = text.trim().split(" ").map(parseWholeNumber);
  return quota && period ? quota / period : null;
}

/** Reads the processor time used from `cpu.stat`, in microseconds. */
export function parseCpuUsageV2(text: string): number | null {
  return flatKeyed(text, "usage_usec");
}

/**
 * What a cgroup may fill: the smaller of `memory.max`, over which it is out of memory, and
 * `memory.high`, over which it is throttled until it is below again. A limit of 0, written to make
 * the kernel take back what it can, is no share of memory to measure by.
 */
function memoryLimitIn(directory: string, read: ReadText): number | null {
  const limits = ["memory.max", "memory.high"]
    .map((name) => parseWholeNumber(read(`${directory}/${name}`) ?? ""))
    .filter((limit) => limit !== null)
    .filter((limit) => limit > 0);
  return limits.length === 0 ? null : Math.min(...limits);
}

/** Finds the limits that hold for a process at a place in the hierarchy. */
export function findLimitsV2(place: CgroupPlace, read: ReadText): CgroupLimits {
  const quota = tightestLimit(
    place,
    (directory) => parseCpuMax(read(`${directory}/cpu.max`) ?? ""),
  );
  const memory = tightestLimit(place, (directory) => memoryLimitIn(directory, read));
  const cpus = innermost(
    place,
    (directory) => parseCpuList(read(`${directory}/cpuset.cpus.effective`) ?? ""),
  );
  const source = "cgroup-v2";
  return {
    quota: quota && {
      source,
      cores: quota.value,
      usageFile: `${place.mountPoint}${quota.path}/cpu.stat`,
    },
    cpuset: cpus && { source, cpus },
    memory: memory && {
      source,
      bytes: memory.value,
      usageFile: `${place.mountPoint}${memory.path}/memory.current`,
      statFile: `${place.mountPoint}${memory.path}/memory.stat`,
    },
  };
}
