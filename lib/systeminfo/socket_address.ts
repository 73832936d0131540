import ipaddr from "ipaddr.js";

/**
 * Reads an IP address as `/proc/net/tcp`, `/proc/net/udp` and their like print it: 32-bit words in the
 * machine's byte order, which is little-endian.
 *
 * @param hex 8 or 32 hexadecimal digits.
 * @returns the address; an IPv4-mapped IPv6 address is given as IPv4.
 */
export function parseSocketAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse())
    .map((byte) => Number.parseInt(byte, 16));
  const address = ipaddr.fromByteArray(bytes);
  const isMapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress();
  return (isMapped ? address.toIPv4Address() : address).toString();
}
