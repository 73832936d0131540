import { parseUdpSockets } from "deno-systeminfo-free";
import { type Finding, ok, warning } from "../../lib/diagnosis/finding.ts";
import { describeHolders, type PortHolder } from "../../lib/diagnosis/port_holder.ts";

/** Who hears what is asked of this machine by unicast. */
export interface UnicastFacts {
  readonly port: number;
  /** The addresses that front ends can ask this machine at. */
  readonly addresses: readonly string[];
  /** Those at which the running agent hears. */
  readonly heard: readonly string[];
  /** The text of `/proc/net/udp`; null where it cannot be read. */
  readonly table: string | null;
  /** The processes that hold sockets, by the sockets' inodes, as far as they can be known. */
  readonly holdersOf: (inodes: readonly string[]) => readonly PortHolder[];
}

/** How the program is named that passes on to the agent what it is asked. */
const frontEnd = "lb-frontend";

/**
 * Whether another program holds an address where the agent is asked by unicast: a front end of this
 * machine passes on what comes there, any other program swallows it.
 */
export function checkUnicast(facts: UnicastFacts): Finding[] {
  const { port, addresses, heard, table, holdersOf } = facts;
  const sockets = parseUdpSockets(table ?? "", port);
  return addresses.filter((address) => !heard.includes(address)).flatMap((address) => {
    const there = sockets.filter((socket) => socket.address === address);
    if (there.length === 0) return [];
    const holders = holdersOf(there.map(({ inode }) => inode));
    const check = `UDP port ${port} on ${address}`;
    const names = describeHolders(holders);
    if (holders.length > 0 && holders.every(({ name }) => name === frontEnd)) {
      return [ok(check, `${names} has it, and passes on to the agent what it is asked there`)];
    }
    const uids = [...new Set(there.map(({ uid }) => uid))].join(" and ");
    const whose = `of user id ${uids}${names === "" ? "" : `: ${names}`}`;
    return [warning(
      check,
      `another program has it, ${whose}; front ends that ask there by unicast (LB_PEERS, or after a ` +
        "loss) reach the agent only if it is a front end, which passes that on",
      `where it is no front end, stop it: ss -lunp 'src ${address}:${port}' names it`,
    )];
  });
}
