import ipaddr from "ipaddr.js";

/** Where a server listens, and what it is called there. */
export interface ServedPlace {
  /** The IP address that is listened on. */
  readonly listening: string;
  /** The names of this machine, in lower case; asked only where they matter. */
  readonly ownNames: () => ReadonlySet<string>;
}

/**
 * Whether a request that names a host may be answered.
 *
 * A page of any web site can have its own name resolve to this machine's address and read what is
 * served there as if it were its own ("DNS rebinding"). The browser still names that site's host, so
 * only names that are no stranger's are answered: at a loopback address those that are local by
 * definition, elsewhere IP addresses and this machine's own names. The name in the setting, which is
 * among the latter, counts in both cases.
 *
 * @param host The host that the client names, without its port; an IPv6 address may be in brackets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isAllowedHost } from "./allowed_host.ts";
 *
 * const network = { listening: "10.0.0.1", ownNames: () => new Set(["lb.example.lan"]) };
 * assertEquals(isAllowedHost("lb.example.lan", network), true);
 * assertEquals(isAllowedHost("10.0.0.1", network), true);
 * assertEquals(isAllowedHost("rebinding.example", network), false);
 * ```
 */
export function isAllowedHost(host: string, { listening, ownNames }: ServedPlace): boolean {
  // RFC 6761, section 6.3: names below localhost are this machine's, whatever a name server says.
  if (/^(.+\.)?localhost\.?$/i.test(host) || isLoopback(host)) return true;
  if (!isLoopback(listening) && ipaddr.isValid(withoutBrackets(host))) return true;
  return ownNames().has(host.toLowerCase().replace(/\.$/, ""));
}

/** Whether only this machine can reach an address. */
export function isLoopback(address: string): boolean {
  const bare = withoutBrackets(address);
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === "loopback";
}

function withoutBrackets(address: string): string {
  return address.replace(/^\[(.*)\]$/, "$1");
}
