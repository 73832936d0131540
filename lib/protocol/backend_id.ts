import { sha256 } from "@noble/hashes/sha2.js";

/**
 * A backend's id: 32 bits that stay the same over restarts and on every front end.
 *
 * @param agent The agent's id.
 * @param port The service's port.
 * @param address Given only where cloned machines share an agent id, to tell them apart.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { backendId, formatBackendId } from "./backend_id.ts";
 *
 * assertEquals(backendId(7n, 80), backendId(7n, 80));
 * assertNotEquals(backendId(7n, 80), backendId(7n, 443));
 * assertEquals(formatBackendId(0x2c61d0), "002c61d0");
 * ```
 */
export function backendId(agent: bigint, port: number, address = ""): number {
  const text = `${agent.toString(16)} ${port} ${address}`;
  return new DataView(sha256(new TextEncoder().encode(text)).buffer).getUint32(0);
}

/** An id as people see it: eight hexadecimal digits. */
export function formatBackendId(id: number): string {
  return (id >>> 0).toString(16).padStart(8, "0");
}
