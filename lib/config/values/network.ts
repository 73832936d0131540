import ipaddr from "ipaddr.js";
import { IpNetwork } from "../../net/ip_network.ts";
import { quote } from "../quote.ts";
import { canonicalAddress } from "./ip_address.ts";
import { RefusedValue } from "./refused_value.ts";

/**
 * Reads a network, `10.0.0.0/8` or `fd00::/8`; an address alone is a network of itself.
 *
 * @returns the canonical text, always with a prefix.
 * @throws {RefusedValue} where it is none, or has bits beyond its prefix, which hint at a slip.
 */
export function readNetwork(text: string): string {
  const [addressText = "", prefixText, ...rest] = text.split("/");
  const address = canonicalAddress(addressText);
  if (address === null || rest.length > 0) {
    throw new RefusedValue(`${quote(text)} is not a network`);
  }
  const bits = address.includes(":") ? 128 : 32;
  const prefix = prefixText === undefined ? bits : readPrefix(prefixText, bits, text);
  const first = firstAddress(address, prefix);
  if (first !== address) {
    throw new RefusedValue(
      `${quote(text)} has bits beyond its prefix; ${first}/${prefix} is meant`,
    );
  }
  return `${address}/${prefix}`;
}

function readPrefix(prefix: string, bits: number, whole: string): number {
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits) {
    throw new RefusedValue(`${quote(whole)} has no prefix of 0 to ${bits} bits`);
  }
  return Number(prefix);
}

function firstAddress(address: string, prefix: number): string {
  const cidr = `${address}/${prefix}`;
  const network = address.includes(":")
    ? ipaddr.IPv6.networkAddressFromCIDR(cidr)
    : ipaddr.IPv4.networkAddressFromCIDR(cidr);
  return network.toString();
}

/** The network of a text that {@linkcode readNetwork} gave. */
export function networkOf(text: string): IpNetwork {
  const [address = "", prefix = ""] = text.split("/");
  return IpNetwork.of(address, Number(prefix));
}
