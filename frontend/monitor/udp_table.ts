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
 * import { datagramsLostAt } from "./udp_table.ts";
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

/**
 * Whether a socket is bound to exactly this address and port. Agents are bound to all addresses, so
 * it is another monitor: the kernel would give its answers to whoever binds the address last.
 *
 * @param table The text of `/proc/net/udp`; null where it cannot be read: then none is known.
 */
export function isBound(
  { address, port }: { readonly address: string; readonly port: number },
  table: string | null,
): boolean {
  return parseUdpSockets(table ?? "").some((socket) =>
    socket.address === address && socket.port === port
  );
}
