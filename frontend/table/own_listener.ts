import ipaddr from "ipaddr.js";
import type { ListenSetting } from "../../lib/config/settings.ts";

/**
 * Whether connections to an address would reach one of our own listeners, so that relaying to it
 * would be a loop.
 *
 * @param local The addresses of this machine.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isOwnListener } from "./own_listener.ts";
 *
 * const everywhere = [{ service: null, address: null, port: 80 }];
 * assert(isOwnListener("10.0.0.1", 80, everywhere, ["127.0.0.1", "10.0.0.1"]));
 * assert(!isOwnListener("10.0.0.2", 80, everywhere, ["127.0.0.1", "10.0.0.1"]));
 * ```
 */
export function isOwnListener(
  address: string,
  port: number,
  listeners: readonly ListenSetting[],
  local: readonly string[],
): boolean {
  const target = ipaddr.process(address).toNormalizedString();
  const isHere = isThisMachine(target, local);
  return isHere &&
    listeners.some((listener) =>
      listener.port === port && (isAny(listener.address) || sameAddress(listener.address, target))
    );
}

function isThisMachine(address: string, local: readonly string[]): boolean {
  const range = ipaddr.parse(address).range();
  return range === "loopback" || range === "unspecified" ||
    local.some((one) => sameAddress(one, address));
}

function isAny(address: string | null): boolean {
  return address === null || ipaddr.process(address).range() === "unspecified";
}

function sameAddress(one: string | null, other: string): boolean {
  return one !== null && ipaddr.process(one.split("%")[0] ?? one).toNormalizedString() === other;
}
