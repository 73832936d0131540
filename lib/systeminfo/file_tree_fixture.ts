import type { ReadText } from "./read.ts";

/**
 * Reads from files that are held in memory, so that a test can lay out a machine's /proc and
 * /sys/fs/cgroup as it likes.
 *
 * @param files Text by path. Later changes to it are seen.
 */
export function fileTree(files: Readonly<Record<string, string>>): ReadText {
  return (path) => files[path] ?? null;
}
