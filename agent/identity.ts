import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { hexToBytes } from "@noble/hashes/utils.js";
import type { ServiceSetting } from "../lib/config/settings.ts";

/** What distinguishes the agents of one machine from one another. */
export interface Installation {
  readonly services: readonly ServiceSetting[];
  /** `LB_ADVERTISE`. */
  readonly advertise: string | null;
}

/**
 * Reads the text of a machine id file (machine-id(5)).
 *
 * @returns 32 lower-case hexadecimal digits; null where the text holds no id, as in an image that
 * was not booted yet ("uninitialized").
 */
export function parseMachineId(text: string | null): string | null {
  const id = text?.trim().toLowerCase() ?? "";
  return /^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id) ? id : null;
}

/**
 * The identity of an agent: the same after a restart, another on every machine, and another for
 * other services of the same machine.
 *
 * The machine id itself is confidential (machine-id(5)), so that what goes over the network is a
 * keyed digest of it, as `sd_id128_get_machine_app_specific(3)` makes one.
 *
 * @param machineId 32 hexadecimal digits.
 * @returns 64 bits.
 *
 * @example
 * ```ts
 * import { agentIdentity } from "./identity.ts";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const machine = "0123456789abcdef0123456789abcdef";
 * const web = { services: [{ name: "http", port: 80 }], advertise: null };
 * const mail = { services: [{ name: "smtp", port: 25 }], advertise: null };
 * assertEquals(agentIdentity(machine, web), agentIdentity(machine, web));
 * assertNotEquals(agentIdentity(machine, web), agentIdentity(machine, mail));
 * ```
 */
export function agentIdentity(machineId: string, { services, advertise }: Installation): bigint {
  const ports = services.map(({ port }) => port).sort((one, other) => one - other);
  const text = new TextEncoder().encode(`lb-agent ${ports.join(",")} ${advertise ?? ""}`);
  const digest = hmac(sha256, hexToBytes(machineId), text);
  return new DataView(digest.buffer).getBigUint64(0);
}
