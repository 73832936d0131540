import { readEndpoint } from "./endpoint.ts";

/**
 * Reads where something is served over HTTP: `127.0.0.1:8404`, `[::1]:8404`, a port alone for
 * 127.0.0.1, or `off`.
 *
 * @returns null where it is off.
 * @throws {RefusedValue} for anything else.
 */
export function readAdmin(text: string): { address: string; port: number } | null {
  if (text === "off") return null;
  const { address, port } = readEndpoint(text);
  return { address: address ?? "127.0.0.1", port };
}
