import ipaddr from "ipaddr.js";
import type { AffinityName } from "../../lib/config/settings.ts";

/** An affinity that binds clients. */
export type BindingAffinity = Exclude<AffinityName, "none">;

/** Bits of an IPv6 address that `class-c` looks at: the usual assignment to one site (RFC 6177). */
const siteBits = 56;

/** The network of an IPv4 address: its first three numbers, what used to be a class C network. */
function classCOf(address: string): string {
  return address.slice(0, address.lastIndexOf("."));
}

/** The first bits of an IPv6 address, as text. */
function siteOf(address: ipaddr.IPv6): string {
  return address.toByteArray().slice(0, siteBits / 8).join(":");
}

/** The key of an IPv6 address; that of an IPv4-mapped one (RFC 4291, 2.5.5.2) is its IPv4 key. */
function keyOfIpv6(text: string, by: BindingAffinity): string {
  const address = ipaddr.IPv6.parse(text);
  if (address.isIPv4MappedAddress()) return clientKey(address.toIPv4Address().toString(), by);
  return by === "client" ? address.toNormalizedString() : siteOf(address);
}

/**
 * What clients that are to share a server have in common: their address for `client`; its /24, or the
 * /56 of an IPv6 address, for `class-c`.
 *
 * @param client An IP address as the kernel writes it. Any other text is its own key.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { clientKey } from "./client_key.ts";
 *
 * assertEquals(clientKey("192.0.2.7", "class-c"), clientKey("::ffff:192.0.2.200", "class-c"));
 * ```
 */
export function clientKey(client: string, by: BindingAffinity): string {
  if (client.includes(":")) {
    return ipaddr.IPv6.isValid(client) ? keyOfIpv6(client, by) : client;
  }
  return by === "class-c" && client.includes(".") ? classCOf(client) : client;
}
