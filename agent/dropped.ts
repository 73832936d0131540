import { parseUdpSockets } from "deno-systeminfo-free";

/**
 * How many datagrams the kernel threw away at a port that is bound to all addresses, as the buffer
 * was full; where several agents share the port, theirs together.
 *
 * @param table The text of `/proc/net/udp`; null where it cannot be read.
 * @returns null where the table says nothing of the port.
 *
 * @example
 * ```ts
 * import { droppedAt } from "./dropped.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = " 7325: 00000000:22B8 00000000:0000 07 00000000:00000000 00:00000000 00000000" +
 *   "     0        0 3603888 2 000000000c7befcf 12       ";
 * assertEquals(droppedAt(8888, line), 12);
 * assertEquals(droppedAt(8889, line), null);
 * ```
 */
export function droppedAt(port: number, table: string | null): number | null {
  const sockets = parseUdpSockets(table ?? "")
    .filter((socket) => socket.port === port && socket.address === "0.0.0.0");
  return sockets.length === 0 ? null : sockets.reduce((sum, { drops }) => sum + drops, 0);
}
