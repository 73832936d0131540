import { failure, type Finding, ok, unknown } from "./finding.ts";
import { describeHolders, type PortHolder } from "./port_holder.ts";
import type { InterfaceProbing } from "./probing.ts";

/** What happened to probes on this machine itself. */
export interface MulticastFacts {
  readonly group: string;
  readonly port: number;
  readonly interfaces: readonly InterfaceProbing[];
  /** Who holds the UDP port. */
  readonly holders: readonly PortHolder[];
}

/** Whether multicast leaves this machine and comes in, interface by interface. */
export function checkMulticast(facts: MulticastFacts): Finding[] {
  return facts.interfaces.map((one) => checkInterface(one, facts));
}

function checkInterface(one: InterfaceProbing, { group, port, holders }: MulticastFacts): Finding {
  const check = `multicast on ${one.name}`;
  if (one.sendError !== null) {
    return failure(
      check,
      `the system does not send to ${group}:${port} by ${one.name}: ${one.sendError}`,
      /os error 1\b/.test(one.sendError)
        ? `a firewall on this machine forbids it: allow UDP to port ${port} going out`
        : `see \`ip route get ${group} oif ${one.name}\``,
    );
  }
  if (one.cameBack === null) {
    return unknown(
      check,
      `UDP port ${port} cannot be shared with ${describeHolders(holders) || "another program"}`,
      `stop that program, or set LB_PORT to another port on every machine`,
    );
  }
  if (one.cameBack) return ok(check, `a probe to ${group}:${port} leaves and is heard`);
  return failure(
    check,
    `a probe to ${group}:${port} is not heard even on this machine: a firewall here drops it`,
    `allow UDP port ${port} in and out, for instance: ` +
      `nft insert rule inet filter input udp dport ${port} accept`,
  );
}
