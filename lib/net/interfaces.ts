import ipaddr from "ipaddr.js";

/** An address of a network interface, as `Deno.networkInterfaces()` lists them. */
export interface InterfaceAddress {
  readonly name: string;
  readonly family: "IPv4" | "IPv6";
  readonly address: string;
  readonly netmask: string;
}

/** An interface on which the protocol can be spoken, with the address that stands for it. */
export interface UsableInterface {
  readonly name: string;
  /** IPv4. */
  readonly address: string;
  readonly netmask: string;
}

/** What {@linkcode usableInterfaces} found. */
export interface InterfaceChoice {
  /** In the order of the system's list, each interface once. */
  readonly usable: readonly UsableInterface[];
  /** Names that were asked for and have no IPv4 address at the moment, or do not exist. */
  readonly missing: readonly string[];
}

/**
 * Chooses the interfaces on which the group is joined and probes are sent.
 *
 * Where names are given, those; else every interface that has an IPv4 address, and the loopback
 * interface only if there is no other. An interface with several addresses is used once, by its
 * first address; a link-local one (169.254.0.0/16, RFC 3927) counts only if it has no other.
 *
 * @param all The machine's addresses, as `Deno.networkInterfaces()` lists them.
 * @param wanted Names of interfaces (`LB_INTERFACES`); null for all usable ones.
 *
 * @example
 * ```ts
 * import { usableInterfaces } from "./interfaces.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const all = [
 *   { name: "lo", family: "IPv4", address: "127.0.0.1", netmask: "255.0.0.0" },
 *   { name: "eth0", family: "IPv4", address: "10.0.0.11", netmask: "255.255.255.0" },
 * ] as const;
 * assertEquals(usableInterfaces(all, null).usable.map(({ name }) => name), ["eth0"]);
 * assertEquals(usableInterfaces(all, ["lo", "eth1"]).missing, ["eth1"]);
 * ```
 */
export function usableInterfaces(
  all: readonly InterfaceAddress[],
  wanted: readonly string[] | null,
): InterfaceChoice {
  const found = onePerInterface(all);
  if (wanted !== null) {
    return {
      usable: found.filter(({ name }) => wanted.includes(name)),
      missing: wanted.filter((name) => !found.some((one) => one.name === name)),
    };
  }
  const outside = found.filter(({ address }) => !isLoopback(address));
  return { usable: outside.length > 0 ? outside : found, missing: [] };
}

function onePerInterface(all: readonly InterfaceAddress[]): UsableInterface[] {
  const chosen = new Map<string, UsableInterface>();
  for (const { name: label, family, address, netmask } of all) {
    if (family !== "IPv4") continue;
    const name = interfaceOfLabel(label);
    const previous = chosen.get(name);
    if (previous === undefined || isLinkLocal(previous.address) && !isLinkLocal(address)) {
      chosen.set(name, { name, address, netmask });
    }
  }
  return [...chosen.values()];
}

/** The list bears the label of an address where it has one, such as `eth0:1` (ip-address(8)). */
function interfaceOfLabel(label: string): string {
  return label.split(":", 1)[0] ?? label;
}

function isLinkLocal(address: string): boolean {
  return ipaddr.parse(address).range() === "linkLocal";
}

/** Whether an address, IPv4 or IPv6, is one by which a machine speaks to itself. */
export function isLoopback(address: string): boolean {
  return ipaddr.process(address).range() === "loopback";
}

/**
 * Whether two IPv4 addresses are neighbours under a netmask; false where any of the three is none.
 */
export function sameSubnet(one: string, other: string, netmask: string): boolean {
  if (![one, other, netmask].every(ipaddr.IPv4.isValidFourPartDecimal)) return false;
  const prefix = ipaddr.IPv4.parse(netmask).prefixLengthFromSubnetMask();
  return prefix !== null && ipaddr.IPv4.parse(one).match(ipaddr.IPv4.parse(other), prefix);
}

/**
 * The interface whose subnet holds an address, the narrowest one if there are several.
 *
 * @returns null where the address is reached through a router, or cannot be told.
 */
export function interfaceTowards(
  all: readonly InterfaceAddress[],
  address: string,
): UsableInterface | null {
  let narrowest: InterfaceAddress | null = null;
  for (const one of all) {
    if (one.family !== "IPv4" || !sameSubnet(one.address, address, one.netmask)) continue;
    if (narrowest === null || prefixOf(one) > prefixOf(narrowest)) narrowest = one;
  }
  if (narrowest === null) return null;
  const { name, address: own, netmask } = narrowest;
  return { name: interfaceOfLabel(name), address: own, netmask };
}

/**
 * The own address that datagrams to an IPv4 address are likely to leave from, for where the kernel
 * cannot be asked: that of the subnet they share, else the first that is not for this machine alone.
 *
 * @param all The machine's addresses.
 */
export function sourceBySubnet(all: readonly InterfaceAddress[], address: string): string | null {
  const own = all.filter(({ family }) => family === "IPv4").map(({ address }) => address);
  if (own.includes(address)) return address;
  return interfaceTowards(all, address)?.address ?? own.find((one) => !isLoopback(one)) ?? null;
}

function prefixOf({ netmask }: InterfaceAddress): number {
  return ipaddr.IPv4.parse(netmask).prefixLengthFromSubnetMask() ?? 0;
}
