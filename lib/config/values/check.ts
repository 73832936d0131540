import { quote } from "../quote.ts";
import type { CheckSetting } from "../settings.ts";
import { listOf } from "./list.ts";
import { RefusedValue } from "./refused_value.ts";
import { readServiceName } from "./service_name.ts";

/** `NAME=` before a check; the checks themselves begin otherwise. */
const named = /^([a-z0-9-]+)=(.*)$/;
/** A path and query as they stand in a request (RFC 9112, section 3.2.1). */
const requestTarget = /^\/[\x21-\x2b\x2d-\x7e]*$/;

function readCheck(text: string): CheckSetting {
  const [, name, rest] = named.exec(text) ?? [];
  const service = name === undefined ? null : readServiceName(name);
  return { service, ...readManner(rest ?? text) };
}

function readManner(text: string): Omit<CheckSetting, "service"> {
  if (text === "tcp") return { kind: "tcp", path: "" };
  if (text.startsWith("http:")) {
    const path = text.slice("http:".length);
    if (requestTarget.test(path)) return { kind: "http", path };
    throw new RefusedValue(`${quote(text)} has no path that can be asked for`);
  }
  if (!text.startsWith("/") || text.endsWith("/") || /[\p{Cc}]/u.test(text)) {
    throw new RefusedValue(`${quote(text)} is no check`);
  }
  return { kind: "executable", path: text };
}

const readList = listOf(readCheck, {
  identities: ({ service }) => [
    service === null ? "the check of the first service" : `the check of ${service}`,
  ],
  most: 16,
});

/**
 * Reads how services are checked: `off`, `tcp`, `http:/health` or the absolute path of an executable
 * for the first service; by name `http=http:/health,db=/etc/lb/primary`.
 *
 * @throws {RefusedValue} for anything else, and where a service has two checks.
 */
export function readChecks(text: string): readonly CheckSetting[] {
  return text === "off" ? [] : readList(text);
}
