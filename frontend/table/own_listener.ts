import ipaddr from "ipaddr.js";
import type { FrontendSettings, ListenSetting } from "../../lib/config/settings.ts";

/** An address and a port; null: every address of this machine. */
type Place = Pick<ListenSetting, "address" | "port">;

/**
 * Where this machine is not to be relayed to: where clients connect, which would be a loop, and, at
 * every address, the ports of the dashboard and of the agent's metrics, which are not for clients.
 */
export function placesOfOurs(
  { listen, admin, agentMetricsPort }: Pick<
    FrontendSettings,
    "listen" | "admin" | "agentMetricsPort"
  >,
): Place[] {
  const ports = [admin?.port ?? null, agentMetricsPort].filter((port) => port !== null);
  return [...listen, ...ports.map((port) => ({ address: null, port }))];
}

/**
 * Whether connections to an address would reach one of our own places, so that nothing may be relayed
 * there.
 *
 * @param local The addresses of this machine.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isOwnListener } from "./own_listener.ts";
 *
 * const everywhere = [{ address: null, port: 80 }];
 * assert(isOwnListener("10.0.0.1", 80, everywhere, ["127.0.0.1", "10.0.0.1"]));
 * assert(!isOwnListener("10.0.0.2", 80, everywhere, ["127.0.0.1", "10.0.0.1"]));
 * ```
 */
export function isOwnListener(
  address: string,
  port: number,
  listeners: readonly Place[],
  local: readonly string[],
): boolean {
  const candidates = listeners.filter((listener) => listener.port === port);
  if (candidates.length === 0) return false;
  const target = normal(address);
  return isThisMachine(target, local) &&
    candidates.some((listener) =>
      isAny(listener.address) || normal(listener.address ?? "") === target
    );
}

function isThisMachine(target: string, local: readonly string[]): boolean {
  // Both are written in the one way there is for IPv4: a thousand servers are looked at each second.
  if (isIPv4(target)) {
    return target.startsWith("127.") || target === "0.0.0.0" || local.includes(target);
  }
  const range = ipaddr.parse(target).range();
  return range === "loopback" || range === "unspecified" ||
    local.some((one) => normal(one) === target);
}

function isAny(address: string | null): boolean {
  return address === null || ipaddr.process(address).range() === "unspecified";
}

/** The one way of writing an address; without its zone, and IPv4-mapped ones as IPv4. */
function normal(address: string): string {
  if (isIPv4(address)) return address;
  return ipaddr.process(address.split("%")[0] ?? address).toNormalizedString();
}

function isIPv4(address: string): boolean {
  return !address.includes(":");
}
