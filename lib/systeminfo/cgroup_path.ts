import type { ReadText } from "./read.ts";

/** A process's place in one cgroup hierarchy, as far as the hierarchy is mounted. */
export interface CgroupPlace {
  /** Directory at which the hierarchy is mounted. */
  readonly mountPoint: string;
  /** The process's cgroup below it: empty, or `/` and names. */
  readonly path: string;
}

/** The places of a process in all mounted hierarchies. */
export interface CgroupPlaces {
  /** In the version 1 hierarchies, by the controller's name: `cpu`, `cpuacct`, `memory` … */
  readonly v1: ReadonlyMap<string, CgroupPlace>;
  /** In the unified hierarchy of version 2. */
  readonly v2: CgroupPlace | null;
}

interface Mount {
  readonly isV2: boolean;
  /** The cgroup that appears at the mount point. */
  readonly root: string;
  readonly mountPoint: string;
  readonly options: readonly string[];
}

/** The kernel writes blanks, tabs, newlines and backslashes of paths as three octal digits. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
}

/** Reads the cgroup mounts of `/proc/PID/mountinfo`; the optional fields end at a lone hyphen. */
function parseMounts(mountinfo: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of mountinfo.split("\n")) {
    const [before = "", after = ""] = line.split(" - ", 2);
    const [root, mountPoint] = before.split(" ").slice(3);
    const [type, , options = ""] = after.split(" ");
    if (root === undefined || mountPoint === undefined) continue;
    if (type !== "cgroup" && type !== "cgroup2") continue;
    mounts.push({
      isV2: type === "cgroup2",
      root: unescapePath(root),
      mountPoint: unescapePath(mountPoint),
      options: options.split(","),
    });
  }
  return mounts;
}

/** What is left of `path` below `root`; null where it is not below. */
function below(root: string, path: string): string | null {
  const prefix = root === "/" ? "" : root;
  if (path === root) return "";
  if (!path.startsWith(`${prefix}/`)) return null;
  const rest = path.slice(prefix.length);
  // "/.." leads out of a cgroup namespace, and so out of what is mounted.
  return rest.split("/").includes("..") ? null : rest;
}

/**
 * Finds a cgroup among the mounts of its hierarchy. The mount that shows most of the way up is
 * best; where none shows the cgroup by name, the mount point is taken for it, as in a container
 * that sees its own cgroup mounted and its name as the host knows it.
 */
function placeOf(path: string, mounts: readonly Mount[]): CgroupPlace | null {
  let best: { mount: Mount; rest: string } | null = null;
  for (const mount of mounts) {
    const rest = below(mount.root, path);
    if (rest === null) continue;
    if (best === null || rest.length > best.rest.length) best = { mount, rest };
  }
  if (best !== null) return { mountPoint: best.mount.mountPoint, path: best.rest };
  const first = mounts[0];
  const isOutside = path.split("/").includes("..");
  return first === undefined || isOutside ? null : { mountPoint: first.mountPoint, path: "" };
}

/**
 * Finds a process's place in each cgroup hierarchy (cgroups(7); Linux,
 * Documentation/admin-guide/cgroup-v1/cgroups.rst and cgroup-v2.rst).
 *
 * @param membership Text of `/proc/PID/cgroup`: `ID:CONTROLLERS:PATH` on each line, where an empty
 * list of controllers marks version 2.
 * @param mountinfo Text of `/proc/PID/mountinfo`.
 *
 * @example
 * ```ts
 * import { findCgroupPlaces } from "./cgroup_path.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const places = findCgroupPlaces(
 *   "0::/system.slice/lb-agent.service\n",
 *   "31 23 0:28 / /sys/fs/cgroup rw,relatime shared:4 - cgroup2 cgroup2 rw,nsdelegate\n",
 * );
 * assertEquals(places.v2, {
 *   mountPoint: "/sys/fs/cgroup",
 *   path: "/system.slice/lb-agent.service",
 * });
 * ```
 */
export function findCgroupPlaces(membership: string, mountinfo: string): CgroupPlaces {
  const mounts = parseMounts(mountinfo);
  const v1 = new Map<string, CgroupPlace>();
  let v2: CgroupPlace | null = null;
  for (const line of membership.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    if (controllers === "") v2 = placeOf(path, mounts.filter((mount) => mount.isV2));
    for (const controller of controllers.split(",").filter((name) => name !== "")) {
      const own = mounts.filter((mount) => mount.options.includes(controller));
      const place = placeOf(path, own);
      if (place !== null) v1.set(controller, place);
    }
  }
  return { v1, v2 };
}

/** Finds the place of this process in each cgroup hierarchy. */
export function readCgroupPlaces(read: ReadText): CgroupPlaces {
  return findCgroupPlaces(read("/proc/self/cgroup") ?? "", read("/proc/self/mountinfo") ?? "");
}
