import {
  parseIgmpGroups,
  readTcpListeners,
  readText,
  type TcpListener,
} from "deno-systeminfo-free";
import type { AgentSettings } from "../../lib/config/settings.ts";
import { holdersOfSockets } from "../../lib/diagnosis/find_holders.ts";
import { failure, type Finding, ok } from "../../lib/diagnosis/finding.ts";
import { checkMachine, type DoctorRequest } from "../../lib/diagnosis/machine_check.ts";
import type { ProbingFacts } from "../../lib/diagnosis/probing.ts";
import { usableInterfaces } from "../../lib/net/interfaces.ts";
import type { AgentStatus } from "../status.ts";
import { checkFrontEnds } from "./front_ends_check.ts";
import { checkHealth } from "./health_check.ts";
import { checkMembership } from "./membership_check.ts";
import { checkServices } from "./services_check.ts";
import { checkUnicast } from "./unicast_check.ts";

/** Looks into everything that may keep this machine from being found or from being used. */
export async function examine(request: DoctorRequest<AgentSettings>): Promise<Finding[]> {
  const { settings } = request;
  const { group, port } = settings;
  const status = request.status as AgentStatus | null;
  // Before this command joins the group itself.
  const igmp = readText("/proc/net/igmp");
  const groups = igmp === null ? null : parseIgmpGroups(igmp);
  const { usable } = usableInterfaces(Deno.networkInterfaces(), settings.interfaces);
  const { findings, probing } = await checkMachine(request, []);
  return [
    ...findings,
    ...(status ? checkMembership({ group, usable, groups }) : []),
    ...(status ? [checkOwnAnswer(probing, status)] : []),
    ...(status
      ? checkUnicast({
        port,
        addresses: usable.map(({ address }) => address),
        heard: status.unicast,
        table: readText("/proc/net/udp"),
        holdersOf: holdersOfSockets,
      })
      : []),
    ...checkServices(settings.services, listeners()),
    ...(status ? checkHealth(status) : []),
    ...checkFrontEnds({ heard: probing.heard, status, group, port }),
    ...checkDraining(status),
  ];
}

function listeners(): TcpListener[] | null {
  const ipv4 = readTcpListeners("IPv4");
  return ipv4 && [...ipv4, ...readTcpListeners("IPv6") ?? []];
}

/** Whether the running agent answered this command's own probe. */
function checkOwnAnswer({ answers }: ProbingFacts, { id }: AgentStatus): Finding {
  const own = answers.some(({ report, key }) =>
    key !== "published" && report.agent.toString(16).padStart(16, "0") === id
  );
  return own ? ok("answers", "the agent answers a probe sent from here") : failure(
    "answers",
    "the agent does not answer a probe sent from here",
    "compare LB_KEY with the one that it was started with (systemctl reload lb-agent), and see the " +
      "findings about multicast and the firewall",
  );
}

function checkDraining(status: AgentStatus | null): Finding[] {
  if (status === null || !status.draining) return [];
  return [failure(
    "drained",
    "the operator has drained this machine: it gets no new connections",
    "lb-agent undrain",
  )];
}
