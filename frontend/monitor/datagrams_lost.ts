import { parseUdpSockets } from "deno-systeminfo-free";

/**
 * How many datagrams the kernel threw away at a port of some addresses, most often because the
 * program was too slow to read them.
 *
 * @param table The text of `/proc/net/udp`; null where it cannot be read: then none are known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { datagramsLostAt } from "./datagrams_lost.ts";
 *
 * assertEquals(datagramsLostAt(8888, ["10.0.0.2"], null), 0);
 * ```
 */
export function datagramsLostAt(
  port: number,
  addresses: readonly string[],
  table: string | null,
): number {
  return parseUdpSockets(table ?? "")
    .filter((socket) => socket.port === port && addresses.includes(socket.address))
    .reduce((sum, { drops }) => sum + drops, 0);
}
