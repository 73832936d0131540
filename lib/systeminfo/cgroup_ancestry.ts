import type { CgroupPlace } from "./cgroup_path.ts";

/** The paths of a cgroup and all that contain it, from the innermost out, as far as mounted. */
export function pathsUpwards(place: CgroupPlace): string[] {
  const paths: string[] = [];
  for (let path = place.path; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
    paths.push(path);
  }
  return [...paths, ""];
}

/** A limit, and the path of the cgroup that carries it. */
export interface CarriedLimit {
  readonly value: number;
  readonly path: string;
}

/**
 * Finds the smallest limit on the way up from a process's cgroup.
 *
 * Of several that are equal the outermost counts, because its use contains that of the others.
 *
 * @param limitOf Reads the limit of the cgroup in a directory; null where it has none.
 */
export function tightestLimit(
  place: CgroupPlace,
  limitOf: (directory: string) => number | null,
): CarriedLimit | null {
  let tightest: CarriedLimit | null = null;
  for (const path of pathsUpwards(place)) {
    const value = limitOf(place.mountPoint + path);
    if (value !== null && value <= (tightest?.value ?? Infinity)) tightest = { value, path };
  }
  return tightest;
}

/**
 * Finds the innermost value on the way up from a process's cgroup.
 *
 * @param valueOf Reads the value of the cgroup in a directory; null where it has none.
 */
export function innermost<Value>(
  place: CgroupPlace,
  valueOf: (directory: string) => Value | null,
): Value | null {
  for (const path of pathsUpwards(place)) {
    const value = valueOf(place.mountPoint + path);
    if (value !== null) return value;
  }
  return null;
}
