/**
 * A host and a port as they stand in a URL, an IPv6 address in brackets (RFC 3986, section 3.2.2).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hostPort } from "./host_port.ts";
 *
 * assertEquals(hostPort("192.0.2.7", 80), "192.0.2.7:80");
 * assertEquals(hostPort("2001:db8::1", 80), "[2001:db8::1]:80");
 * ```
 */
export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
