/** Writes an address that the kernel printed as one little-endian 32-bit number. */
function dottedQuad(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return bytes.reverse().map((byte) => Number.parseInt(byte, 16)).join(".");
}

/**
 * Reads which IPv4 multicast groups each interface has joined from `/proc/net/igmp` (Linux,
 * net/ipv4/igmp.c, igmp_mc_seq_show).
 *
 * The kernel prints a group as a number in the machine's byte order, which is little-endian on
 * every machine that Deno runs on.
 *
 * @returns the groups by interface name, in the order of the file; lines that are neither an
 * interface nor a group are passed over.
 *
 * @example
 * ```ts
 * import { parseIgmpGroups } from "./igmp.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "4\teth0      :     1      V3\n\t\t\t\t080808EF     1 0:00000000\t\t0\n";
 * assertEquals(parseIgmpGroups(text).get("eth0"), ["239.8.8.8"]);
 * ```
 */
export function parseIgmpGroups(text: string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  let joined: string[] | null = null;
  for (const line of text.split("\n")) {
    const name = /^\d+\t([^\s:]+) *:/.exec(line)?.[1];
    const group = /^\t+([0-9A-Fa-f]{8}) /.exec(line)?.[1];
    if (name !== undefined) {
      joined = [];
      groups.set(name, joined);
    } else if (group !== undefined) {
      joined?.push(dottedQuad(group));
    }
  }
  return groups;
}
