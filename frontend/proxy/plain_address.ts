const mappedPrefix = "::ffff:";

/**
 * The address as its owner knows it.
 *
 * A socket that serves IPv6 and IPv4 shows IPv4 clients as IPv4-mapped IPv6 addresses (RFC 4291,
 * section 2.5.5.2), and link-local ones with their scope (RFC 4007, section 11).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { plainAddress } from "./plain_address.ts";
 *
 * assertEquals(plainAddress("::ffff:192.0.2.7"), "192.0.2.7");
 * assertEquals(plainAddress("fe80::1%eth0"), "fe80::1");
 * ```
 */
export function plainAddress(address: string): string {
  if (address.startsWith(mappedPrefix) && address.includes(".")) {
    return address.slice(mappedPrefix.length);
  }
  const scope = address.indexOf("%");
  return scope < 0 ? address : address.slice(0, scope);
}
