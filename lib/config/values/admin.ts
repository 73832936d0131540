import { quote } from "../quote.ts";
import type { PlaceSetting } from "../settings.ts";
import { readEndpoint } from "./endpoint.ts";
import { readPort } from "./port.ts";
import { RefusedValue } from "./refused_value.ts";

/** A host's name (RFC 1123, section 2.1): labels of which the last is no number, as in an address. */
const hostName = /^(?:LABEL\.)*(?!\d+:)LABEL:[^:]*$/.source
  .replaceAll("LABEL", /[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?/.source);

/**
 * Reads where something is served over HTTP: `127.0.0.1:8404`, `[::1]:8404`, `lb.example.lan:8404`, a
 * port alone for 127.0.0.1, or `off`.
 *
 * @returns null where it is off.
 * @throws {RefusedValue} for anything else.
 */
export function readAdmin(text: string): PlaceSetting | null {
  if (text === "off") return null;
  if (new RegExp(hostName, "i").test(text)) return readNamed(text);
  const { address, port } = readEndpoint(text);
  return { address: address ?? "127.0.0.1", name: null, port };
}

function readNamed(text: string): PlaceSetting {
  const colon = text.indexOf(":");
  const name = text.slice(0, colon).toLowerCase();
  if (name.length > 253) throw new RefusedValue(`${quote(name)} is longer than a name may be`);
  return { address: "::", name, port: readPort(text.slice(colon + 1)) };
}
