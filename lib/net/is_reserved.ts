import type { UdpSocket } from "deno-systeminfo-free";

/**
 * Whether a socket is there for its address alone, as `DatagramSocket.reserve` makes it: it is
 * connected to its own address, and hears no other machine.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isReserved } from "./is_reserved.ts";
 *
 * assert(isReserved({ address: "10.0.0.2", remoteAddress: "10.0.0.2" }));
 * assert(!isReserved({ address: "10.0.0.2", remoteAddress: "10.0.0.3" }));
 * assert(!isReserved({ address: "10.0.0.2", remoteAddress: null }));
 * ```
 */
export function isReserved(
  { address, remoteAddress }: Pick<UdpSocket, "address" | "remoteAddress">,
): boolean {
  return remoteAddress === address;
}
