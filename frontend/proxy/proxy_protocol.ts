import ipaddr from "ipaddr.js";
import type { ProxyProtocolName } from "../../lib/config/settings.ts";
import type { Endpoint } from "./engine.ts";

/** `\r\n\r\n\0\r\nQUIT\n`, which no other protocol begins with. */
const signature = [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a];
/** Version 2, command PROXY. */
const versionAndCommand = 0x21;
/** Address family (AF_INET 1, AF_INET6 2) and protocol (STREAM 1). */
const familyAndProtocol = { ipv4: 0x11, ipv6: 0x21, unspecified: 0x00 } as const;

const encoder = new TextEncoder();

type Family = keyof typeof familyAndProtocol;

/** The family that both addresses belong to. */
function commonFamily(source: Endpoint, destination: Endpoint): Family {
  const family = ipaddr.parse(source.hostname).kind();
  return ipaddr.parse(destination.hostname).kind() === family ? family : "unspecified";
}

function version1(source: Endpoint, destination: Endpoint): Uint8Array {
  const family = commonFamily(source, destination);
  if (family === "unspecified") return encoder.encode("PROXY UNKNOWN\r\n");
  const addresses = `${source.hostname} ${destination.hostname}`;
  return encoder.encode(
    `PROXY ${
      family === "ipv4" ? "TCP4" : "TCP6"
    } ${addresses} ${source.port} ${destination.port}\r\n`,
  );
}

function portBytes(port: number): number[] {
  return [port >> 8, port & 0xff];
}

function version2(source: Endpoint, destination: Endpoint): Uint8Array {
  const family = commonFamily(source, destination);
  const addresses = family === "unspecified" ? [] : [
    ...ipaddr.parse(source.hostname).toByteArray(),
    ...ipaddr.parse(destination.hostname).toByteArray(),
    ...portBytes(source.port),
    ...portBytes(destination.port),
  ];
  const head = [...signature, versionAndCommand, familyAndProtocol[family], 0, addresses.length];
  return Uint8Array.from([...head, ...addresses]);
}

/**
 * What a server is sent before the client's first byte, so that it learns the client's address: the
 * header of the PROXY protocol, version 1 (text) or 2 (binary), as HAProxy's specification
 * `doc/proxy-protocol.txt`, sections 2.1 and 2.2, lays it out.
 *
 * @param version Nothing is sent where it is `off`.
 * @param source The client's address.
 * @param destination The address that the client connected to.
 * @returns The header's bytes; null where nothing is to be sent.
 * @throws {Error} If an address is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { proxyHeader } from "./proxy_protocol.ts";
 *
 * const header = proxyHeader(
 *   "v1",
 *   { hostname: "192.0.2.7", port: 50000 },
 *   { hostname: "198.51.100.1", port: 80 },
 * );
 * assertEquals(
 *   new TextDecoder().decode(header ?? new Uint8Array()),
 *   "PROXY TCP4 192.0.2.7 198.51.100.1 50000 80\r\n",
 * );
 * ```
 */
export function proxyHeader(
  version: ProxyProtocolName,
  source: Endpoint,
  destination: Endpoint,
): Uint8Array | null {
  switch (version) {
    case "off":
      return null;
    case "v1":
      return version1(source, destination);
    case "v2":
      return version2(source, destination);
  }
}
