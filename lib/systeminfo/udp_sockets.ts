import { parseSocketAddress } from "./socket_address.ts";

/** A UDP socket. */
export interface UdpSocket {
  /** The IP address it is bound to. */
  readonly address: string;
  /** 1 to 65,535. */
  readonly port: number;
  /** Datagrams that the kernel threw away, most often because the receive buffer was full. */
  readonly drops: number;
}

/** `drops` is the last of the columns, behind the inode, the references and a pointer. */
const socketLine = /^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) .* \d+ \d+ [0-9a-f]+ (\d+) *$/;

/**
 * Reads the sockets from `/proc/net/udp` or `/proc/net/udp6` (Linux, net/ipv4/udp.c,
 * udp4_format_sock).
 *
 * @returns the sockets in the order of the file; a line that is cut off is passed over.
 *
 * @example
 * ```ts
 * import { parseUdpSockets } from "./udp_sockets.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = " 7325: 0100007F:22B8 00000000:0000 07 00000000:00000000 00:00000000 00000000" +
 *   "     0        0 3603888 2 000000000c7befcf 12       ";
 * assertEquals(parseUdpSockets(line), [{ address: "127.0.0.1", port: 8888, drops: 12 }]);
 * ```
 */
export function parseUdpSockets(text: string): UdpSocket[] {
  return text.split("\n").flatMap((line) => {
    const [, address, port, drops] = socketLine.exec(line) ?? [];
    if (address === undefined || port === undefined) return [];
    const socket = { address: parseSocketAddress(address), port: Number.parseInt(port, 16) };
    return [{ ...socket, drops: Number(drops) }];
  });
}
