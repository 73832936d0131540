import { parseSocketAddress } from "./socket_address.ts";

/** A UDP socket. */
export interface UdpSocket {
  /** The IP address it is bound to. */
  readonly address: string;
  /** 1 to 65,535. */
  readonly port: number;
  /** The IP address whose datagrams alone it takes (connect(2)); null: it takes everybody's. */
  readonly remoteAddress: string | null;
  /** Of the user who opened it. */
  readonly uid: number;
  /** By which `/proc/PID/fd` tells whose it is; no other open socket has it. */
  readonly inode: string;
  /** Datagrams that the kernel threw away: the receive buffer was full, or a filter refused them. */
  readonly drops: number;
}

/** How an address is written that a socket is not connected to. */
const nobody = /^0+:0000$/;

/** Behind the user stand a timeout, the inode, the references, a pointer and the drops. */
const socketLine =
  /^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) ([0-9A-F]+:[0-9A-F]{4}) .* (\d+) +\d+ (\d+) \d+ [0-9a-f]+ (\d+) *$/;

/**
 * Reads the sockets from `/proc/net/udp` or `/proc/net/udp6` (Linux, net/ipv4/udp.c,
 * udp4_format_sock).
 *
 * @param port Only the sockets bound to it: a machine may have thousands of others, and their lines
 * are passed over at a fraction of the cost.
 * @returns the sockets in the order of the file; a line that is cut off is passed over.
 *
 * @example
 * ```ts
 * import { parseUdpSockets } from "./udp_sockets.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = " 7325: 0100007F:22B8 00000000:0000 07 00000000:00000000 00:00000000 00000000" +
 *   "     0        0 3603888 2 000000000c7befcf 12       ";
 * const place = { address: "127.0.0.1", port: 8888, remoteAddress: null };
 * assertEquals(parseUdpSockets(line), [{ ...place, uid: 0, inode: "3603888", drops: 12 }]);
 * ```
 */
export function parseUdpSockets(text: string, port?: number): UdpSocket[] {
  const wanted = port === undefined ? "" : `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  return text.split("\n").flatMap((line) => {
    if (!line.includes(wanted)) return [];
    const [, address, bound, remote, uid, inode, drops] = socketLine.exec(line) ?? [];
    if (address === undefined || bound === undefined || inode === undefined) return [];
    if (remote === undefined) return [];
    const place = { address: parseSocketAddress(address), port: Number.parseInt(bound, 16) };
    if (port !== undefined && place.port !== port) return [];
    const [there = ""] = nobody.test(remote) ? [] : remote.split(":");
    const remoteAddress = there === "" ? null : parseSocketAddress(there);
    return [{ ...place, remoteAddress, uid: Number(uid), inode, drops: Number(drops) }];
  });
}
