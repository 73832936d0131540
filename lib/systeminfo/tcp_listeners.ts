import { parseSocketAddress } from "./socket_address.ts";

/** A socket that listens for TCP connections. */
export interface TcpListener {
  /** The IP address it is bound to; an IPv4-mapped IPv6 address is given as IPv4. */
  readonly address: string;
  /** 1 to 65,535. */
  readonly port: number;
  /** Connections that the kernel has completed and the program has not accepted yet. */
  readonly acceptQueue: number;
  /** Whether an IPv6 socket takes IPv6 alone (IPV6_V6ONLY); null where that is not known. */
  readonly ipv6Only: boolean | null;
}

// The columns `sl`, `local_address`, `rem_address`, `st`, `tx_queue:rx_queue`. The blank at the
// end makes sure that a line which was cut off has its last column whole.
const socketLine =
  /^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) [0-9A-F]{8}:([0-9A-F]{8}) /;

const stateListen = "0A";

/**
 * Reads the listening sockets from `/proc/net/tcp` or `/proc/net/tcp6`, or from the beginning of
 * one (Linux, Documentation/networking/proc_net_tcp.rst; net/ipv4/tcp_ipv4.c, get_tcp4_sock).
 *
 * The kernel lists them before all other sockets, so reading ends at the first other one. In their
 * lines the column `rx_queue` is the length of the accept queue.
 *
 * @returns the sockets in the order of the file; a line that is cut off is passed over.
 *
 * @example
 * ```ts
 * import { parseTcpListeners } from "./tcp_listeners.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = "   0: 0100007F:0050 00000000:0000 0A 00000000:00000007 00:00000000 00000000";
 * const [listener] = parseTcpListeners(line);
 * assertEquals(listener, { address: "127.0.0.1", port: 80, acceptQueue: 7, ipv6Only: null });
 * ```
 */
export function parseTcpListeners(text: string): TcpListener[] {
  const listeners: TcpListener[] = [];
  for (const line of text.split("\n")) {
    const [, address, port, state, queue] = socketLine.exec(line) ?? [];
    if (state === undefined) continue;
    if (state !== stateListen) break;
    listeners.push({
      address: parseSocketAddress(address ?? ""),
      port: Number.parseInt(port ?? "", 16),
      acceptQueue: Number.parseInt(queue ?? "", 16),
      ipv6Only: null,
    });
  }
  return listeners;
}

/** Whether a beginning of `/proc/net/tcp` reaches past the listening sockets. */
export function reachesPastListeners(text: string): boolean {
  return text.split("\n").some((line) => {
    const state = socketLine.exec(line)?.[3];
    return state !== undefined && state !== stateListen;
  });
}
