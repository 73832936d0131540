import type { TcpListener } from "deno-systeminfo-free";

/** Addresses at which a socket hears what is sent to 127.0.0.1; `::` may be one, too. */
const coversLoopback = ["0.0.0.0", "127.0.0.1", "::", "::ffff:127.0.0.1"];

/**
 * The address at which an agent checks its own service: 127.0.0.1 where it listens there, else one that
 * it listens on.
 *
 * @param listeners All listening sockets that are known.
 * @returns 127.0.0.1 also where none listens: connecting tells.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkAddress } from "./check_address.ts";
 *
 * const socket = { port: 80, acceptQueue: 0, ipv6Only: null };
 * assertEquals(checkAddress(80, [{ ...socket, address: "0.0.0.0" }]), "127.0.0.1");
 * assertEquals(checkAddress(80, [{ ...socket, address: "10.0.0.11" }]), "10.0.0.11");
 * assertEquals(checkAddress(80, [{ ...socket, address: "::", ipv6Only: true }]), "::1");
 * ```
 */
export function checkAddress(port: number, listeners: readonly TcpListener[]): string {
  const own = listeners.filter((listener) => listener.port === port);
  const isCovered = own.some(({ address, ipv6Only }) =>
    coversLoopback.includes(address) && !(address === "::" && ipv6Only === true)
  );
  const [first] = own;
  if (isCovered || first === undefined) return "127.0.0.1";
  return first.address === "::" ? "::1" : first.address;
}
