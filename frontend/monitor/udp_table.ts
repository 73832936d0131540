import { parseUdpSockets } from "deno-systeminfo-free";

/**
 * The users whose sockets are bound to exactly this address and port, one for each socket.
 *
 * @param table The text of `/proc/net/udp`; null where it cannot be read: then none is known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { holdersOf } from "./udp_table.ts";
 *
 * assertEquals(holdersOf({ address: "10.0.0.2", port: 8888 }, null), []);
 * ```
 */
export function holdersOf(
  { address, port }: { readonly address: string; readonly port: number },
  table: string | null,
): number[] {
  return parseUdpSockets(table ?? "", port).filter((socket) => socket.address === address)
    .map(({ uid }) => uid);
}
