import { hashText, mix32 } from "../selection/hash.ts";
import { clientNetwork } from "./client_network.ts";

/**
 * A 32-bit hash of who counts as one client (`client_network.ts`).
 *
 * @param address An address as its owner knows it (`plain_address.ts`).
 * @returns an unsigned 32-bit integer.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { clientHash } from "./client_hash.ts";
 *
 * assertNotEquals(clientHash("192.0.2.7"), clientHash("192.0.2.8"));
 * assertEquals(clientHash("2001:db8::1"), clientHash("2001:db8::ffff:1"));
 * assertNotEquals(clientHash("2001:db8::1"), clientHash("2001:db8:0:1::1"));
 * ```
 */
export function clientHash(address: string): number {
  // An IPv4 address is its own network: to read it would take longer.
  if (!address.includes(":")) return hashText(address);
  const { kind, high, low } = clientNetwork(address);
  return mix32(high ^ mix32(low ^ mix32(kind)));
}
