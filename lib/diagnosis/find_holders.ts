import { parseSocketInodes, readText } from "deno-systeminfo-free";
import { listDirectory } from "./list_directory.ts";
import type { PortHolder } from "./port_holder.ts";

/**
 * The processes that hold a local port, as far as this process may look into them: as root, all.
 *
 * @param protocol `tcp` or `udp`.
 */
export function findHolders(protocol: "tcp" | "udp", port: number): PortHolder[] {
  const inodes = ["", "6"].flatMap((family) =>
    parseSocketInodes(readText(`/proc/net/${protocol}${family}`) ?? "", port)
  );
  return holdersOfSockets(inodes);
}

/**
 * The processes that hold sockets, as far as this process may look into them: as root, all.
 *
 * @param inodes The sockets' inodes, as /proc/net/udp gives them.
 */
export function holdersOfSockets(inodes: readonly string[]): PortHolder[] {
  const sockets = new Set(inodes.map((inode) => `socket:[${inode}]`));
  return sockets.size === 0 ? [] : listDirectory("/proc").flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || !hasOneOf(`/proc/${pid}/fd`, sockets)) return [];
    return [{ pid, name: (readText(`/proc/${pid}/comm`) ?? "").trim() }];
  });
}

function hasOneOf(directory: string, sockets: ReadonlySet<string>): boolean {
  return listDirectory(directory).some((name) => {
    try {
      return sockets.has(Deno.readLinkSync(`${directory}/${name}`));
    } catch {
      return false;
    }
  });
}
