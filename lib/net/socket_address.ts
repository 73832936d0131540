import ipaddr from "ipaddr.js";
import type { Endpoint } from "./endpoint.ts";

/** Long enough for every address that a TCP socket can have (`struct sockaddr_in6`, ipv6(7)). */
export const socketAddressBytes = 28;

/** `AF_INET` and `AF_INET6` (socket(2)). */
const families = { ipv4: 2, ipv6: 10 } as const;
const familyBytes = { ipv4: 16, ipv6: socketAddressBytes } as const;
/** Where the address begins: after the family and the port, with IPv6 also after the flow's label. */
const addressAt = { ipv4: 4, ipv6: 8 } as const;
/** Where the interface of a link-local IPv6 address stands. */
const scopeAt = 24;

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

/**
 * The socket address of an endpoint, as the kernel takes it on a little-endian machine; its first
 * byte is the address family.
 *
 * @throws {Error} If the endpoint's host name is no IP address.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeSocketAddress } from "./socket_address.ts";
 *
 * const kernel = encodeSocketAddress({ hostname: "192.0.2.7", port: 80 });
 * assertEquals([...kernel.subarray(0, 8)], [2, 0, 0, 80, 192, 0, 2, 7]);
 * ```
 */
export function encodeSocketAddress({ hostname, port }: Endpoint): Uint8Array<ArrayBuffer> {
  const address = ipaddr.parse(hostname);
  const kind = address.kind();
  const kernel = new Uint8Array(familyBytes[kind]);
  kernel.set([families[kind], 0, port >> 8, port & 255]);
  kernel.set(address.toByteArray(), addressAt[kind]);
  if (address instanceof ipaddr.IPv6) kernel[scopeAt] = Number(address.zoneId ?? 0);
  return kernel;
}

/**
 * The endpoint that a socket address of the kernel means; IPv6 in its short form.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeSocketAddress } from "./socket_address.ts";
 *
 * const kernel = Uint8Array.of(2, 0, 0, 80, 192, 0, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0);
 * assertEquals(decodeSocketAddress(kernel), { hostname: "192.0.2.7", port: 80 });
 * ```
 */
export function decodeSocketAddress(kernel: Uint8Array): Endpoint {
  const port = (kernel[2] ?? 0) << 8 | (kernel[3] ?? 0);
  if (kernel[0] === families.ipv4) {
    return { hostname: `${kernel[4]}.${kernel[5]}.${kernel[6]}.${kernel[7]}`, port };
  }
  // So the clients of a socket that serves both families are shown; most are, so this is quick.
  if (isMapped(kernel)) {
    return { hostname: `::ffff:${kernel[20]}.${kernel[21]}.${kernel[22]}.${kernel[23]}`, port };
  }
  const bytes = kernel.subarray(addressAt.ipv6, addressAt.ipv6 + 16);
  return { hostname: new ipaddr.IPv6([...bytes]).toString(), port };
}

/** Whether an IPv6 address stands for one of IPv4 (RFC 4291, section 2.5.5.2). */
function isMapped(kernel: Uint8Array): boolean {
  const { ipv6: start } = addressAt;
  for (let at = start; at < start + 10; at++) if (kernel[at] !== 0) return false;
  return kernel[start + 10] === 255 && kernel[start + 11] === 255;
}
