import { type Finding, ok, warning } from "./finding.ts";

/** A bridge of this machine (`/sys/class/net/BRIDGE/bridge/`). */
export interface Bridge {
  readonly name: string;
  /** Whether it sends multicast only where it was asked for (IGMP snooping, RFC 4541). */
  readonly snooping: boolean;
  /** Whether it asks who wants multicast. */
  readonly querier: boolean;
}

/**
 * Whether the bridges of this machine let multicast through for good: one that snoops while nobody
 * asks forgets who wanted it, after minutes.
 */
export function checkBridges(bridges: readonly Bridge[]): Finding {
  const forgetful = bridges.filter(({ snooping, querier }) => snooping && !querier);
  const names = forgetful.map(({ name }) => name).join(", ");
  if (bridges.length === 0) return ok("bridges", "none on this machine");
  if (forgetful.length === 0) {
    return ok("bridges", `${bridges.map(({ name }) => name).join(", ")}: multicast passes`);
  }
  return warning(
    "bridges",
    `${names}: snoops for IGMP and does not ask who wants multicast; unless a router does, members ` +
      "are forgotten after some minutes (agents join anew every minute because of this)",
    forgetful.map(({ name }) => `ip link set ${name} type bridge mcast_querier 1`).join("; "),
  );
}
