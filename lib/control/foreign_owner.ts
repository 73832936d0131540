/** Whose a file is. */
export type OwnerOf = (path: string) => number | null;

/** Where systemd makes the runtime directories of services; only root can. */
const runtimeDirectories = "/run";

/**
 * Finds who could have put a socket in the place of the one that is looked for: whoever answers there
 * is told settings, the key among them, and believed. The socket and its directory have to be root's
 * or our own; a directory of `/run` may be the user's that systemd made it for.
 *
 * @param path The socket's absolute path.
 * @param self Our own number.
 * @param ownerOf Whose a file is, which may be a link and is not followed; null where there is none.
 * @returns what belongs to someone else, and to whom; null where nothing does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { foreignOwner } from "./foreign_owner.ts";
 *
 * assertEquals(foreignOwner("/tmp/lb-agent-1000/control.sock", 1000, () => 1001), {
 *   path: "/tmp/lb-agent-1000",
 *   uid: 1001,
 * });
 * ```
 */
export function foreignOwner(
  path: string,
  self: number,
  ownerOf: OwnerOf,
): { readonly path: string; readonly uid: number } | null {
  const directory = path.slice(0, path.lastIndexOf("/")) || "/";
  const parent = directory.slice(0, directory.lastIndexOf("/"));
  const trusted = new Set<number | null>([null, 0, self]);
  if (parent === runtimeDirectories) trusted.add(ownerOf(directory));
  for (const each of [directory, path]) {
    const uid = ownerOf(each);
    if (uid !== null && !trusted.has(uid)) return { path: each, uid };
  }
  return null;
}
