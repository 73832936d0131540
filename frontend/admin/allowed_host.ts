import ipaddr from "ipaddr.js";

/**
 * Whether a request that names a host may be answered by a server at an address.
 *
 * A page of any web site can have its own name resolve to 127.0.0.1 and read what is served there as
 * if it were its own ("DNS rebinding"). The browser still names that site's host, so a server that
 * only this machine can reach answers to this machine's names alone. One that a network reaches may
 * have any name there.
 *
 * @param host The host that the client names, without its port; an IPv6 address may be in brackets.
 * @param listening The address that is listened on.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isAllowedHost } from "./allowed_host.ts";
 *
 * assertEquals(isAllowedHost("localhost", "127.0.0.1"), true);
 * assertEquals(isAllowedHost("rebinding.example", "127.0.0.1"), false);
 * ```
 */
export function isAllowedHost(host: string, listening: string): boolean {
  if (!isLoopback(listening)) return true;
  // RFC 6761, section 6.3: names below localhost are this machine's, whatever a name server says.
  return /^(.+\.)?localhost\.?$/i.test(host) || isLoopback(host);
}

/** Whether only this machine can reach an address. */
export function isLoopback(address: string): boolean {
  const bare = address.replace(/^\[(.*)\]$/, "$1");
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === "loopback";
}
