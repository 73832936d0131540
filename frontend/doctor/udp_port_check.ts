import { failure, type Finding, ok } from "../../lib/diagnosis/finding.ts";
import { describeHolders, type PortHolder } from "../../lib/diagnosis/port_holder.ts";
import { holdersOf } from "../monitor/udp_table.ts";

/** Who has the port that the front end probes from. */
export interface UdpPortFacts {
  readonly port: number;
  /** The addresses that are probed from. */
  readonly addresses: readonly string[];
  /** The text of `/proc/net/udp`; null where it cannot be read. */
  readonly table: string | null;
  /** The processes that hold the port, at whatever address. */
  readonly holders: readonly PortHolder[];
  /** Whether the front end runs. */
  readonly isRunning: boolean;
  /** Where the running front end probes from. */
  readonly probing: readonly string[];
}

/**
 * Whether the answers come to the front end alone: of two sockets that are bound to one address the
 * kernel gives all to one, and any user of this machine can have opened it.
 */
export function checkUdpPort(facts: UdpPortFacts): Finding[] {
  const { port, addresses, table, isRunning, probing } = facts;
  const check = `UDP port ${port}`;
  const names = describeHolders(facts.holders);
  const findings = addresses.flatMap((address) => {
    const uids = holdersOf({ address, port }, table);
    const named = names === "" ? "" : `; the port's programs: ${names}`;
    const remedy = `stop the other program: ss -lunp 'src ${address}:${port}' names it`;
    if (uids.length > 1) {
      return [failure(
        check,
        `${uids.length} sockets are bound to ${address}, of the user ids ${uids.join(" and ")}: ` +
          `the answers may go to another program${named}`,
        remedy,
      )];
    }
    const isOthers = isRunning && uids.length > 0 && !probing.includes(address);
    return isOthers
      ? [failure(
        check,
        `another program, of user id ${uids.join()}, holds ${address}, so the front end does not ` +
          `probe from there${named}`,
        remedy,
      )]
      : [];
  });
  if (findings.length > 0) return findings;
  return isRunning && probing.length > 0
    ? [ok(check, `the answers come to the front end alone, at ${probing.join(", ")}`)]
    : [];
}
