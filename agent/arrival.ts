import type { Endpoint } from "../lib/net/endpoint.ts";

/** Where a datagram came from, and where it arrived. */
export interface Arrival extends Endpoint {
  /** The address of this machine that it came to; absent where it came to the group. */
  readonly at?: string;
}

/**
 * Whether a verified probe asks for the address at which it arrived: it comes from that very address,
 * so from a front end of this machine, and from another port, as the agent has the one that front
 * ends probe from.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { asksForAddress } from "./arrival.ts";
 *
 * assert(asksForAddress({ hostname: "10.0.0.1", port: 41_234, at: "10.0.0.1" }));
 * assert(!asksForAddress({ hostname: "10.0.0.2", port: 8_888, at: "10.0.0.1" }));
 * ```
 */
export function asksForAddress({ hostname, at }: Arrival): boolean {
  return hostname === at;
}
