import type { ServiceSetting } from "../settings.ts";
import { listOf } from "./list.ts";
import { readPort } from "./port.ts";
import { readServiceName } from "./service_name.ts";

function readService(text: string): ServiceSetting {
  const equals = text.indexOf("=");
  if (equals < 0) return { name: "", port: readPort(text) };
  return { name: readServiceName(text.slice(0, equals)), port: readPort(text.slice(equals + 1)) };
}

function identities({ name, port }: ServiceSetting): string[] {
  return name === "" ? [`port ${port}`] : [`service ${name}`, `port ${port}`];
}

/**
 * Reads what an agent advertises: `80`, or `http=80,https=443`, 1 to 16 with no name or port twice.
 *
 * @throws {RefusedValue} for anything else.
 */
export const readServices: (text: string) => readonly ServiceSetting[] = listOf(readService, {
  identities,
  most: 16,
});
