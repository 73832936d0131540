import { parseWholeNumber } from "./whole_number.ts";

/**
 * Reads the number of established TCP connections, IPv4 and IPv6 together, from `/proc/net/snmp`
 * (Linux, net/ipv4/proc.c, snmp_seq_show; RFC 4022, tcpCurrEstab: those in the states ESTABLISHED
 * and CLOSE-WAIT).
 *
 * The file names its columns on one line and gives their values on the next, so a column is found
 * by its name whatever other ones a kernel has.
 *
 * @returns null where the text does not say.
 *
 * @example
 * ```ts
 * import { parseEstablishedTcp } from "./tcp_connections.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseEstablishedTcp("Tcp: MaxConn CurrEstab InSegs\nTcp: -1 42 293893\n"), 42);
 * ```
 */
export function parseEstablishedTcp(text: string): number | null {
  const [names, values] = text.split("\n")
    .filter((line) => line.startsWith("Tcp: "))
    .map((line) => line.split(" "));
  const column = names?.indexOf("CurrEstab") ?? -1;
  return parseWholeNumber(values?.[column] ?? "");
}
