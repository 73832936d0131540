/**
 * Limits and use in cgroup hierarchies of version 1, where each controller may have its own
 * (Linux, Documentation/scheduler/sched-bwc.rst; Documentation/admin-guide/cgroup-v1/cpuacct.rst,
 * memory.rst and cpusets.rst).
 *
 * @module
 */
import { innermost, tightestLimit } from "./cgroup_ancestry.ts";
import type { CgroupLimits, CpuQuota, MemoryLimit } from "./cgroup_limits.ts";
import type { CgroupPlace } from "./cgroup_path.ts";
import { parseCpuList } from "./cpu_list.ts";
import type { ReadText } from "./read.ts";
import { parseWholeNumber } from "./whole_number.ts";

const source = "cgroup-v1";

/**
 * Reads `cpu.cfs_quota_us` and `cpu.cfs_period_us`: how many microseconds may be used in a period
 * of how many.
 *
 * @returns cores, possibly a part of one; null where the quota is −1, which is none.
 */
export function parseCfsQuota(quota: string, period: string): number | null {
  const micros = parseWholeNumber(quota);
  const outOf = parseWholeNumber(period);
  return micros && outOf ? micros / outOf : null;
}

/** Reads `cpuacct.usage`, which is in nanoseconds, as microseconds of processor time. */
export function parseCpuUsageV1(text: string): number | null {
  const nanos = /^\d+\s*$/.test(text) ? Number(text) : null;
  return nanos === null ? null : nanos / 1000;
}

/**
 * Reads `memory.limit_in_bytes`.
 *
 * @returns null where there is no limit, which the kernel writes as a number near 2^63, or where it
 * is 0, which is no share of memory to measure by.
 */
export function parseMemoryLimitV1(text: string): number | null {
  // The number of no limit depends on the page size; all are beyond what parseWholeNumber takes.
  return parseWholeNumber(text) || null;
}

function findQuota(places: ReadonlyMap<string, CgroupPlace>, read: ReadText): CpuQuota | null {
  const place = places.get("cpu");
  if (place === undefined) return null;
  const quota = tightestLimit(place, (directory) =>
    parseCfsQuota(
      read(`${directory}/cpu.cfs_quota_us`) ?? "",
      read(`${directory}/cpu.cfs_period_us`) ?? "",
    ));
  return quota && {
    source,
    cores: quota.value,
    usageFile: usageFileOf(quota.path, places.get("cpuacct")),
  };
}

/** Time is accounted by another controller, in which the process may be elsewhere. */
function usageFileOf(path: string, accounting: CgroupPlace | undefined): string | null {
  if (accounting === undefined) return null;
  const isWithin = `${accounting.path}/`.startsWith(`${path}/`);
  return isWithin ? `${accounting.mountPoint}${path}/cpuacct.usage` : null;
}

function findMemoryLimit(place: CgroupPlace, read: ReadText): MemoryLimit | null {
  const limit = tightestLimit(
    place,
    (directory) => parseMemoryLimitV1(read(`${directory}/memory.limit_in_bytes`) ?? ""),
  );
  return limit && {
    source,
    bytes: limit.value,
    usageFile: `${place.mountPoint}${limit.path}/memory.usage_in_bytes`,
    statFile: `${place.mountPoint}${limit.path}/memory.stat`,
  };
}

/** `cpuset.effective_cpus` is newer than `cpuset.cpus`, and knows which are offline. */
function cpusIn(directory: string, read: ReadText): number[] | null {
  return parseCpuList(read(`${directory}/cpuset.effective_cpus`) ?? "") ??
    parseCpuList(read(`${directory}/cpuset.cpus`) ?? "");
}

/** Finds the limits that hold for a process at its places in the hierarchies, by controller. */
export function findLimitsV1(
  places: ReadonlyMap<string, CgroupPlace>,
  read: ReadText,
): CgroupLimits {
  const memory = places.get("memory");
  const cpuset = places.get("cpuset");
  const cpus = cpuset === undefined
    ? null
    : innermost(cpuset, (directory) => cpusIn(directory, read));
  return {
    quota: findQuota(places, read),
    cpuset: cpus && { source, cpus },
    memory: memory === undefined ? null : findMemoryLimit(memory, read),
  };
}
