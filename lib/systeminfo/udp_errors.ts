/** The names of the counters of datagrams that found no room: in a socket's buffer, or in memory. */
const overflows = ["RcvbufErrors", "MemErrors"];

/**
 * How many datagrams this machine has thrown away since its start for want of room in the receive
 * buffers of its sockets, all together (`/proc/net/snmp`, the two lines that begin with `Udp:`; RFC
 * 4113 and Linux, net/ipv4/proc.c). A kernel that does not count the memory's shortage apart has the
 * rest.
 *
 * @param text The text of the file.
 * @returns null where the file does not say.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseUdpOverflows } from "./udp_errors.ts";
 *
 * assertEquals(parseUdpOverflows("Udp: InErrors RcvbufErrors\nUdp: 7 5\n"), 5);
 * ```
 */
export function parseUdpOverflows(text: string): number | null {
  const [names = [], values = []] = text.split("\n").filter((line) => line.startsWith("Udp: "))
    .map((line) => line.trim().split(" "));
  const counts = overflows.map((name) => names.indexOf(name)).filter((at) => at > 0)
    .map((at) => Number(values[at]));
  if (counts.length === 0 || counts.some((count) => !Number.isSafeInteger(count))) return null;
  return counts.reduce((sum, count) => sum + count, 0);
}
