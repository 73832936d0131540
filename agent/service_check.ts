import ipaddr from "ipaddr.js";
import type { IpFamily, ReadListeners, TcpListener } from "deno-systeminfo-free";
import type { ServiceSetting } from "../lib/config/settings.ts";
import type { ServiceReport } from "../lib/protocol/messages.ts";

/** What the kernel tells of a service. */
export type ListeningReport = Omit<ServiceReport, "check">;

/** A table of listening sockets, read when it is first asked for; null where it cannot be. */
type Table = () => readonly TcpListener[] | null;

function tableOf(family: IpFamily, read: ReadListeners): Table {
  let listeners: readonly TcpListener[] | null | undefined;
  return () => listeners === undefined ? listeners = read(family) : listeners;
}

/** Writes an address in the one way in which it can be compared; IPv4-mapped ones as IPv4. */
function comparable(address: string): string {
  const withoutZone = address.replace(/%.*$/, "");
  return ipaddr.isValid(withoutZone) ? ipaddr.process(withoutZone).toString() : withoutZone;
}

/** Whether a client that connects to `target` comes out at this socket. */
function serves(listener: TcpListener, target: string | null): boolean {
  if (target === null) return true;
  if (listener.address === target) return true;
  const isIPv4 = ipaddr.IPv4.isValid(target);
  if (listener.address === "::") return !isIPv4 || listener.ipv6Only !== true;
  return listener.address === "0.0.0.0" && isIPv4;
}

/**
 * The tables in the order in which they are to be searched for sockets that serve `target`.
 *
 * A socket on `::` serves IPv4 too, unless it was told not to (IPV6_V6ONLY, as nginx does), which
 * is not to be seen in /proc. But beside an IPv4 socket on the same port it must have been told
 * so, so that the first table with a socket decides.
 */
function tablesFor(target: string | null, read: ReadListeners): readonly Table[] {
  const ipv4 = tableOf("IPv4", read);
  const ipv6 = tableOf("IPv6", read);
  if (target !== null && ipaddr.IPv6.isValid(target)) return [ipv6];
  // A machine without IPv6 has no such file; it has no such sockets either.
  const ipv6IfAny: Table = () => ipv6() ?? [];
  if (target !== null) return [ipv4, ipv6IfAny];
  return [() => {
    const listeners = ipv4();
    return listeners && [...listeners, ...ipv6IfAny() ?? []];
  }];
}

function checkService(
  { name, port }: ServiceSetting,
  tables: readonly Table[],
  target: string | null,
): ListeningReport {
  for (const table of tables) {
    const listeners = table();
    if (listeners === null) return { name, port, listening: null, acceptQueue: null };
    const serving = listeners.filter((socket) => socket.port === port && serves(socket, target));
    if (serving.length === 0) continue;
    const acceptQueue = serving.reduce((sum, socket) => sum + socket.acceptQueue, 0);
    return { name, port, listening: true, acceptQueue };
  }
  return { name, port, listening: false, acceptQueue: null };
}

/**
 * Finds out from the kernel's tables, without connecting, whether each service listens and how
 * many connections wait for it to accept them.
 *
 * Where several sockets serve a port (SO_REUSEPORT, two addresses), their queues are added up. A
 * service that does not listen has no queue: null.
 *
 * @param services The advertised services; the reports come in the same order.
 * @param read Reads the listening sockets. Where those of IPv4 cannot be read (for an IPv6 address:
 * those of IPv6), everything is null.
 * @param reachableAt The IP address at which clients will reach the services: the advertised one, or
 * the one that the answer leaves from. A socket counts if it is bound to that address or to all of
 * its family, so one that listens on loopback counts for a monitor on loopback alone. Null, where
 * the address is unknown or is not the machine's own (translated on the way): every socket counts.
 *
 * @example
 * ```ts
 * import { checkServices } from "./service_check.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const nginx = { address: "127.0.0.1", port: 80, acceptQueue: 2, ipv6Only: null };
 * const check = (reachableAt: string) =>
 *   checkServices([{ name: "http", port: 80 }], () => [nginx], reachableAt);
 * const http = { name: "http", port: 80 };
 * assertEquals(check("127.0.0.1"), [{ ...http, listening: true, acceptQueue: 2 }]);
 * assertEquals(check("10.0.0.11"), [{ ...http, listening: false, acceptQueue: null }]);
 * ```
 */
export function checkServices(
  services: readonly ServiceSetting[],
  read: ReadListeners,
  reachableAt: string | null,
): ListeningReport[] {
  const target = reachableAt === null ? null : comparable(reachableAt);
  const tables = tablesFor(target, read);
  return services.map((service) => checkService(service, tables, target));
}
