import ipaddr from "ipaddr.js";
import { quote } from "../quote.ts";
import { RefusedValue } from "./refused_value.ts";

/**
 * Parses an address as people write it: four decimal numbers, or IPv6 without a zone.
 *
 * Octal, hexadecimal and shortened IPv4 (`127.1`) are refused, as programs disagree on them. An
 * IPv4-mapped IPv6 address is the IPv4 address that it maps.
 */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(":") || text.includes("%") || !ipaddr.IPv6.isValid(text)) return null;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

function requireAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 {
  const address = parseAddress(text);
  if (address === null) {
    const zone = /^[0-9a-f:.]+%/i.test(text) ? "; an address with a zone is not accepted" : "";
    throw new RefusedValue(`${quote(text)} is not an IP address${zone}`);
  }
  return address;
}

/** The address in its shortest form, IPv4 where it is one of IPv4's in disguise; null if it is none. */
export function canonicalAddress(text: string): string | null {
  return parseAddress(text)?.toString() ?? null;
}

/**
 * Reads the IPv4 multicast group (224.0.0.0/4, RFC 5771).
 *
 * @throws {RefusedValue} where it is none.
 */
export function readMulticastGroup(text: string): string {
  const address = requireAddress(text);
  if (address.kind() !== "ipv4" || address.range() !== "multicast") {
    throw new RefusedValue(`${quote(text)} is not an IPv4 multicast address`);
  }
  return address.toString();
}

/**
 * Reads the address of one machine, IPv4 or IPv6.
 *
 * @throws {RefusedValue} where it is none, also for multicast, broadcast and the address of no one.
 */
export function readHostAddress(text: string): string {
  const address = requireAddress(text);
  const range = address.range();
  if (range === "multicast" || range === "broadcast" || range === "unspecified") {
    throw new RefusedValue(`${quote(text)} is a ${range} address, not one machine's`);
  }
  return address.toString();
}

/**
 * Reads the IPv4 address of one machine: probes travel over IPv4 alone.
 *
 * @throws {RefusedValue} where it is none.
 */
export function readProbeTarget(text: string): string {
  const address = readHostAddress(text);
  if (address.includes(":")) {
    throw new RefusedValue(`${quote(text)} is an IPv6 address, and probes travel over IPv4`);
  }
  return address;
}
