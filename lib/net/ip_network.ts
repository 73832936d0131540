import ipaddr from "ipaddr.js";

/**
 * A network of IP addresses, by its first address and the length of its prefix (RFC 4632, RFC 4291).
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { IpNetwork } from "./ip_network.ts";
 *
 * const network = IpNetwork.of("10.0.0.0", 8);
 * assert(network.contains("10.200.0.1") && !network.contains("11.0.0.1"));
 * assert(!network.contains("::ffff:10.0.0.1"), "which is to be written as IPv4");
 * ```
 */
export class IpNetwork {
  readonly #address: ipaddr.IPv4 | ipaddr.IPv6;
  readonly #prefix: number;
  /** Of IPv4, as a number, so that a thousand servers can be looked up each second. */
  readonly #first: number;

  private constructor(address: ipaddr.IPv4 | ipaddr.IPv6, prefix: number) {
    this.#address = address;
    this.#prefix = prefix;
    this.#first = maskedNumber(address.toString(), prefix);
  }

  /**
   * The network of so many bits in which an address is.
   *
   * @throws {Error} If it is no address, or the prefix is longer than one.
   */
  static of(address: string, prefix: number): IpNetwork {
    const parsed = ipaddr.parse(address);
    if (!(prefix >= 0 && prefix <= parsed.toByteArray().length * 8)) {
      throw new Error(
        `Cannot make a network of ${address}: a prefix of ${prefix} bits does not fit`,
      );
    }
    return new IpNetwork(parsed, prefix);
  }

  /**
   * The network of an interface's address.
   *
   * @param netmask As long as the address, such as `255.255.255.0` or `ffff:ffff:ffff:ffff::`.
   * @returns null where either is none.
   */
  static ofInterface(address: string, netmask: string): IpNetwork | null {
    if (!ipaddr.isValid(address) || !ipaddr.isValid(netmask)) return null;
    const prefix = ipaddr.parse(netmask).prefixLengthFromSubnetMask();
    return prefix === null ? null : IpNetwork.of(address, prefix);
  }

  /** Whether an address, without a zone, is in it; false also for what is no address. */
  contains(address: string): boolean {
    if (this.#address instanceof ipaddr.IPv4) {
      return maskedNumber(address, this.#prefix) === this.#first;
    }
    if (!ipaddr.IPv6.isValid(address)) return false;
    return ipaddr.IPv6.parse(address).match(this.#address, this.#prefix);
  }
}

/** The first bits of an IPv4 address as a number; NaN, which equals nothing, for any other text. */
function maskedNumber(address: string, prefix: number): number {
  const parts = address.split(".");
  if (parts.length !== 4) return NaN;
  const number = parts.reduce((sum, part) => sum * 256 + Number(part), 0);
  return Math.floor(number / 2 ** (32 - prefix));
}
