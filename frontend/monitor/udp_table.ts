import { parseUdpSockets } from "deno-systeminfo-free";
import { isReserved } from "../../lib/net/is_reserved.ts";

/**
 * The users whose sockets are bound to exactly this address and port, one for each socket. One that
 * only reserves it is left out: it takes nothing.
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
  return parseUdpSockets(table ?? "", port).filter((socket) =>
    socket.address === address && !isReserved(socket)
  ).map(({ uid }) => uid);
}
