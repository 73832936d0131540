import type { ListenSetting } from "../settings.ts";
import { readEndpoint } from "./endpoint.ts";
import { listOf } from "./list.ts";
import { readServiceName } from "./service_name.ts";

function readListen(text: string): ListenSetting {
  const equals = text.indexOf("=");
  const service = equals < 0 ? null : readServiceName(text.slice(0, equals));
  return { service, ...readEndpoint(text.slice(equals + 1)) };
}

/** A bare port is opened at `::`, so `80` and `[::]:80` are one place. */
function identities({ address, port }: ListenSetting): string[] {
  return [address === null || address === "::" ? `port ${port}` : `${address} port ${port}`];
}

/**
 * Reads where clients connect: `80`, `127.0.0.1:8080`, `[::]:80`, or the same with a service's name
 * before it (`http=80,https=443`), 1 to 64 with no place twice.
 *
 * @throws {RefusedValue} for anything else.
 */
export const readListenPlaces: (text: string) => readonly ListenSetting[] = listOf(readListen, {
  identities,
  most: 64,
});
