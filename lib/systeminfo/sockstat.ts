/**
 * Reads how many TCP sockets are in use from `/proc/net/sockstat`, or from `/proc/net/sockstat6`
 * for those of IPv6 (Linux, net/ipv4/proc.c, sockstat_seq_show; net/ipv6/proc.c).
 *
 * Listening sockets are among them, and a connection that an IPv6 socket accepted from an IPv4
 * client is among those of IPv6: for the number of connections see `tcp_connections.ts`.
 *
 * @returns null where the text does not say.
 */
export function parseTcpSocketsInUse(text: string): number | null {
  const inUse = /^TCP6?: inuse (\d+)\b/m.exec(text)?.[1];
  return inUse === undefined ? null : Number(inUse);
}
