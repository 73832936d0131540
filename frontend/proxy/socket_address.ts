import ipaddr from "ipaddr.js";
import type { Endpoint } from "./engine.ts";

/** Long enough for every address that a TCP socket can have (`struct sockaddr_in6`, ipv6(7)). */
export const socketAddressBytes = 28;

const families = { ipv4: 2, ipv6: 10 } as const;
/** Where the address begins: after the family and the port, with IPv6 also after the flow's label. */
const addressAt = { ipv4: 4, ipv6: 8 } as const;

/**
 * Whether a socket address of the kernel (`struct sockaddr`, ip(7) and ipv6(7), on a little-endian
 * machine) is the given endpoint.
 *
 * @throws {Error} If the endpoint's host name is no IP address.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isSocketAddress } from "./socket_address.ts";
 *
 * const kernel = Uint8Array.of(2, 0, 0, 80, 192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0);
 * assert(isSocketAddress(kernel, { hostname: "192.0.2.7", port: 80 }));
 * assert(!isSocketAddress(kernel, { hostname: "192.0.2.7", port: 81 }));
 * ```
 */
export function isSocketAddress(kernel: Uint8Array, { hostname, port }: Endpoint): boolean {
  if (kernel[2] !== port >> 8 || kernel[3] !== (port & 255)) return false;
  const address = ipaddr.parse(hostname);
  const kind = address.kind();
  if (kernel[0] !== families[kind]) return false;
  return address.toByteArray().every((byte, at) => kernel[addressAt[kind] + at] === byte);
}
