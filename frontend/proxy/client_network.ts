import ipaddr from "ipaddr.js";

/** Who counts as one client: an address, or the network that one site has. */
export interface ClientNetwork {
  /** Keeps the kinds of numbers apart. */
  readonly kind: 0 | 1 | 2;
  /** The first and the last 32 bits of 64. */
  readonly high: number;
  readonly low: number;
}

/** Kinds of networks. */
const kinds = { ipv4: 0, ipv6: 1, linkLocal: 2 } as const;

function word(bytes: readonly number[], at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(at, at + 4);
  return a << 24 | b << 16 | c << 8 | d;
}

/**
 * What a client's address is counted under: an IPv4 address by itself, also where IPv6 stands for it
 * (RFC 4291, section 2.5.5.2); of an IPv6 address its first 64 bits, as every host has all the others
 * to itself (RFC 4291, section 2.5.1). Link-local addresses have their first 64 bits in common, and
 * count by the others.
 *
 * @param address As the kernel writes it.
 * @throws {Error} If it is no IP address.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { clientNetwork } from "./client_network.ts";
 *
 * assertEquals(clientNetwork("::ffff:192.0.2.7"), clientNetwork("192.0.2.7"));
 * assertEquals(clientNetwork("2001:db8::1"), clientNetwork("2001:db8::ffff:2"));
 * assertNotEquals(clientNetwork("fe80::1"), clientNetwork("fe80::2"));
 * ```
 */
export function clientNetwork(address: string): ClientNetwork {
  const parsed = ipaddr.process(address);
  const bytes = parsed.toByteArray();
  if (parsed.kind() === "ipv4") return { kind: kinds.ipv4, high: 0, low: word(bytes, 0) };
  return parsed.range() === "linkLocal"
    ? { kind: kinds.linkLocal, high: word(bytes, 8), low: word(bytes, 12) }
    : { kind: kinds.ipv6, high: word(bytes, 0), low: word(bytes, 4) };
}
