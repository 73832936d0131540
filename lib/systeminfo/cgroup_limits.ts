/**
 * What a process may use by the limits of its cgroups, and how much of that is used.
 *
 * Every cgroup on the way from the process's own up to the outermost one that can be seen counts,
 * and of each kind of limit the tightest: that of a container, of a slice, of the own unit. A
 * limit on the unit of a program that measures the machine would therefore be taken for the
 * machine's, so the unit of such a program must set none (CPUQuota=, AllowedCPUs=, MemoryMax=,
 * MemoryHigh=) unless that is meant.
 *
 * @module
 */
import { readCgroupPlaces } from "./cgroup_path.ts";
import { findLimitsV1, parseCpuUsageV1 } from "./cgroup_v1.ts";
import { findLimitsV2, parseCpuUsageV2 } from "./cgroup_v2.ts";
import { flatKeyed } from "./flat_keyed.ts";
import type { ReadText } from "./read.ts";
import { parseWholeNumber } from "./whole_number.ts";

/** Which version of the kernel's control groups a limit was found in. */
export type CgroupVersion = "cgroup-v1" | "cgroup-v2";

/** A limit of processor time. */
export interface CpuQuota {
  /** Where it was found. */
  readonly source: CgroupVersion;
  /** Seconds of processor time in a second, possibly a part of one. */
  readonly cores: number;
  /** Where the cgroup's use is read; null where it is not accounted. */
  readonly usageFile: string | null;
}

/** A limit to some of the processors. */
export interface CpuSet {
  /** Where it was found. */
  readonly source: CgroupVersion;
  /** Numbers of the processors that may be used. */
  readonly cpus: readonly number[];
}

/** A limit of memory. */
export interface MemoryLimit {
  /** Where it was found. */
  readonly source: CgroupVersion;
  /** How much may be used. */
  readonly bytes: number;
  /** Where the cgroup's use is read. */
  readonly usageFile: string;
  /** Where is read what that use consists of. */
  readonly statFile: string;
}

/** The limits of each kind; null where there is none. */
export interface CgroupLimits {
  /** How much processor time. */
  readonly quota: CpuQuota | null;
  /** Which processors. */
  readonly cpuset: CpuSet | null;
  /** How much memory. */
  readonly memory: MemoryLimit | null;
}

/** Finds the limits of this process. A controller works in one of the two versions only. */
export function findCgroupLimits(read: ReadText): CgroupLimits {
  const places = readCgroupPlaces(read);
  const v1 = findLimitsV1(places.v1, read);
  const v2 = places.v2 === null ? null : findLimitsV2(places.v2, read);
  return {
    quota: v2?.quota ?? v1.quota,
    cpuset: v2?.cpuset ?? v1.cpuset,
    memory: v2?.memory ?? v1.memory,
  };
}

/**
 * Chooses what limits the processor most.
 *
 * @param online Numbers of the machine's processors that are online.
 * @returns null where neither the quota nor the set is less than the whole machine. A set with
 * none of the machine's processors is no limit either: there the list of processors was made for
 * the container already, and numbers them anew (lxcfs).
 *
 * @example
 * ```ts
 * import { bindingCpuLimit } from "./cgroup_limits.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const cpuset = { source: "cgroup-v2", cpus: [2, 3] } as const;
 * assertEquals(bindingCpuLimit({ quota: null, cpuset }, [0, 1, 2, 3]), cpuset);
 * assertEquals(bindingCpuLimit({ quota: null, cpuset }, [2, 3]), null);
 * ```
 */
export function bindingCpuLimit(
  limits: Pick<CgroupLimits, "quota" | "cpuset">,
  online: readonly number[],
): CpuQuota | CpuSet | null {
  const cpus = limits.cpuset?.cpus.filter((cpu) => online.includes(cpu)) ?? [];
  const cpuset = limits.cpuset && cpus.length > 0 ? { ...limits.cpuset, cpus } : null;
  const ofSet = cpuset?.cpus.length ?? Infinity;
  const ofQuota = limits.quota?.cores ?? Infinity;
  if (Math.min(ofSet, ofQuota) >= online.length) return null;
  return ofQuota < ofSet ? limits.quota : cpuset;
}

/**
 * Reads how much processor time the cgroup that carries a quota has used, in microseconds.
 *
 * @returns null where that could not be read.
 */
export function readCpuUsage(quota: CpuQuota, read: ReadText): number | null {
  const text = quota.usageFile === null ? null : read(quota.usageFile);
  if (text === null) return null;
  return quota.source === "cgroup-v2" ? parseCpuUsageV2(text) : parseCpuUsageV1(text);
}

/**
 * Reads how much of a limit's memory is used, 0 to 1.
 *
 * Cached file pages that nobody has asked for again (`inactive_file`) do not count as used, since
 * the kernel gives them back on demand.
 *
 * @returns null where the use could not be read.
 */
export function readMemoryUse(limit: MemoryLimit, read: ReadText): number | null {
  const usage = parseWholeNumber(read(limit.usageFile) ?? "");
  if (usage === null) return null;
  // In version 1 the plain figure leaves out the cgroups below; the use contains them.
  const key = limit.source === "cgroup-v2" ? "inactive_file" : "total_inactive_file";
  const reclaimable = flatKeyed(read(limit.statFile) ?? "", key) ?? 0;
  return Math.min(Math.max(usage - reclaimable, 0) / limit.bytes, 1);
}
