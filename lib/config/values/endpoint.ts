import { quote } from "../quote.ts";
import { canonicalAddress } from "./ip_address.ts";
import { readPort } from "./port.ts";
import { RefusedValue } from "./refused_value.ts";

/** A TCP port, and the address it is opened at. */
export interface Endpoint {
  /** An IP address; null where only a port was given. */
  readonly address: string | null;
  /** 1 to 65,535. */
  readonly port: number;
}

function readAddress(text: string): string {
  const bracketed = /^\[(.*)\]$/s.exec(text)?.[1];
  const address = canonicalAddress(bracketed ?? text);
  // Brackets are for IPv6 alone, and IPv6 needs them: its colons could not be told from the port's.
  if (address === null || (bracketed === undefined) === text.includes(":")) {
    throw new RefusedValue(`${quote(text)} is not an IP address`);
  }
  return address;
}

/**
 * Reads `80`, `127.0.0.1:8080` or `[::1]:8080`.
 *
 * @throws {RefusedValue} for anything else.
 */
export function readEndpoint(text: string): Endpoint {
  if (canonicalAddress(text) !== null || text.endsWith("]")) {
    const unbracketed = text.includes(":") && !text.endsWith("]");
    throw new RefusedValue(`${quote(text)} has ${unbracketed ? "no brackets" : "no port"}`);
  }
  const colon = text.lastIndexOf(":");
  if (colon < 0) return { address: null, port: readPort(text) };
  if (colon === 0) throw new RefusedValue(`${quote(text)} has no address before the colon`);
  return { address: readAddress(text.slice(0, colon)), port: readPort(text.slice(colon + 1)) };
}
