/** ATF_COM (linux/if_arp.h): the hardware address is known, so somebody has answered there. */
const complete = 2;

/**
 * The IPv4 addresses of machines that were spoken to lately, in the order of the table.
 *
 * @param text `/proc/net/arp` (arp(7)).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseNeighbours } from "./neighbours.ts";
 *
 * const text = "IP address       HW type     Flags       HW address            Mask     Device\n" +
 *   "10.0.0.11        0x1         0x2         02:00:00:00:00:01     *        eth0\n" +
 *   "10.0.0.12        0x1         0x0         00:00:00:00:00:00     *        eth0\n";
 * assertEquals(parseNeighbours(text), ["10.0.0.11"]);
 * ```
 */
export function parseNeighbours(text: string): string[] {
  return text.split("\n").slice(1).flatMap((line) => {
    const [address = "", , flags = ""] = line.split(/\s+/);
    return (Number(flags) & complete) !== 0 ? [address] : [];
  });
}
