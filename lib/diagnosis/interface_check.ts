import type { UsableInterface } from "../net/interfaces.ts";
import { failure, type Finding, ok } from "./finding.ts";

/** The interfaces of the machine, seen from the settings. */
export interface InterfaceFacts {
  /** Those that can be used. */
  readonly usable: readonly UsableInterface[];
  /** Those of `LB_INTERFACES` that cannot. */
  readonly missing: readonly string[];
  /** The names of those that carry nothing at present, though they have an address. */
  readonly down: readonly string[];
  /** The names of all that there are. */
  readonly known: readonly string[];
}

/** Whether there is an interface to speak on. */
export function checkInterfaces({ usable, missing, down, known }: InterfaceFacts): Finding {
  if (missing.length > 0) {
    return failure(
      "interfaces",
      `LB_INTERFACES names ${missing.join(", ")}, which has no IPv4 address or does not exist`,
      `name some of those that there are (${
        known.join(", ") || "none"
      }), or leave LB_INTERFACES away`,
    );
  }
  if (usable.length === 0) {
    return failure(
      "interfaces",
      "no network interface has an IPv4 address",
      "bring one up: see `ip address`",
    );
  }
  if (usable.every(({ name }) => name === "lo")) {
    return failure(
      "interfaces",
      "there is the loopback interface only: no other machine can be reached",
      "bring up an interface of the network: see `ip address`",
    );
  }
  if (down.length > 0) {
    return failure(
      "interfaces",
      `${down.join(", ")} is down`,
      `ip link set ${down[0]} up, and see to its cable`,
    );
  }
  return ok("interfaces", usable.map(({ name, address }) => `${name} (${address})`).join(", "));
}
