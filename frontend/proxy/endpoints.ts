import type { Endpoint } from "./engine.ts";

/** Where servers are reached; the state table is one. */
export interface Addresses {
  /** A number that changes before an address is changed, and again after; odd while it holds. */
  generation(slot: number): number;
  addressOf(slot: number): string;
  portOf(slot: number): number;
}

/**
 * The endpoints of the servers, each written out once: the same object as long as the server stays
 * where it is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Endpoints } from "./endpoints.ts";
 *
 * const endpoints = new Endpoints({
 *   generation: () => 1,
 *   addressOf: () => "192.0.2.7",
 *   portOf: () => 80,
 * });
 * assertEquals(endpoints.of(0), { hostname: "192.0.2.7", port: 80 });
 * ```
 */
export class Endpoints {
  readonly #addresses: Addresses;
  readonly #known: { readonly generation: number; readonly endpoint: Endpoint }[] = [];

  /** Reads a table of addresses. */
  constructor(addresses: Addresses) {
    this.#addresses = addresses;
  }

  /** Where the server of a slot is reached. */
  of(slot: number): Endpoint {
    const generation = this.#addresses.generation(slot);
    const known = this.#known[slot];
    if (known?.generation === generation) return known.endpoint;
    const hostname = this.#addresses.addressOf(slot);
    const endpoint = { hostname, port: this.#addresses.portOf(slot) };
    // What was read while the server moved is not worth keeping.
    if (generation % 2 === 1) this.#known[slot] = { generation, endpoint };
    return endpoint;
  }
}
