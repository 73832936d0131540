import { readText } from "deno-systeminfo-free";
import { parseFileLimit, parseNeighbours } from "deno-systeminfo-free";
import type { FrontendSettings } from "../../lib/config/settings.ts";
import { checkAgents } from "../../lib/diagnosis/agents_check.ts";
import { checkFileLimit } from "../../lib/diagnosis/file_limit_check.ts";
import type { Finding } from "../../lib/diagnosis/finding.ts";
import { checkMigration } from "../../lib/diagnosis/kernel_setting_check.ts";
import { checkMachine, type DoctorRequest } from "../../lib/diagnosis/machine_check.ts";
import { checkPortRange } from "../../lib/diagnosis/port_range_check.ts";
import { findHolders } from "../../lib/diagnosis/find_holders.ts";
import { connectionsWithin } from "../proxy/file_limit.ts";
import type { FrontendStatus } from "../status.ts";
import type { BackendStatus } from "../table/backend_status.ts";
import { type BackendFacts, checkBackends } from "./backends_check.ts";
import { checkCrowd } from "./crowd_check.ts";
import { checkLeftOut } from "./left_out_check.ts";
import { checkListen } from "./listen_check.ts";
import { checkUdpPort } from "./udp_port_check.ts";

/** Neighbours that are asked by unicast where multicast finds nobody. */
const mostNeighbours = 64;
/** Known servers that are asked by unicast as well. */
const mostAsked = 256;
/** Servers that are connected to at a time: each takes a descriptor. */
const connectsAtATime = 128;
const connectTimeoutMs = 1_000;

/** Looks into everything that may keep a front end from finding or from using its servers. */
export async function examine(request: DoctorRequest<FrontendSettings>): Promise<Finding[]> {
  const { settings } = request;
  const status = request.status as FrontendStatus | null;
  const backends = status?.backends ?? [];
  const neighbours = parseNeighbours(readText("/proc/net/arp") ?? "").slice(0, mostNeighbours);
  const addresses = new Set(backends.map(({ address }) => address).filter(isIPv4));
  const known = [...addresses].slice(0, mostAsked);
  const unicast = [...new Set([...settings.peers, ...known, ...neighbours])];
  const { findings, probing } = await checkMachine(request, unicast, true);
  return [
    ...findings,
    ...checkUdpPort({
      port: settings.port,
      addresses: probing.interfaces.map(({ address }) => address),
      table: readText("/proc/net/udp"),
      holders: findHolders("udp", settings.port),
      isRunning: status !== null,
      probing: status?.interfaces.map(({ address }) => address) ?? [],
    }),
    ...checkAgents({
      ...probing,
      port: settings.port,
      peers: settings.peers,
      refusedByProgram: (status?.refusals ?? []).map(({ reason, lastFrom, lastClaimed }) => ({
        reason,
        from: lastFrom,
        ...(lastClaimed !== null && { claimed: lastClaimed }),
      })),
      heardByProgram: status && backends.filter(({ ageMs }) => ageMs !== null).length,
    }),
    ...(status ? checkBackends(await connectToAll(backends)) : []),
    ...checkLeftOut(status?.leftOut ?? []),
    ...checkCrowd(status?.refusals ?? []),
    ...settings.listen.map(({ port }) =>
      checkListen({ port, holders: findHolders("tcp", port), ownPid: status?.pid ?? null })
    ),
    checkFileLimit({
      connections: connectionsFor(status?.pid ?? null),
      wanted: settings.maxConnections,
    }),
    checkPortRange(readText("/proc/sys/net/ipv4/ip_local_port_range")),
    checkMigration(readText("/proc/sys/net/ipv4/tcp_migrate_req")),
  ];
}

function isIPv4(address: string): boolean {
  return !address.includes(":");
}

/** How many connections the open files of a process leave room for; this one's where none runs. */
function connectionsFor(pid: number | null): number | null {
  const limits = readText(`/proc/${pid ?? "self"}/limits`);
  return limits === null || parseFileLimit(limits) === null ? null : connectionsWithin(limits);
}

async function connectToAll(backends: readonly BackendStatus[]): Promise<BackendFacts[]> {
  const facts: BackendFacts[] = [];
  for (let at = 0; at < backends.length; at += connectsAtATime) {
    const some = backends.slice(at, at + connectsAtATime);
    facts.push(...await Promise.all(some.map(connectTo)));
  }
  return facts;
}

async function connectTo(backend: BackendStatus): Promise<BackendFacts> {
  const { address: hostname, port, state, reason } = backend;
  const facts = { address: hostname, port, state, reason };
  if (state !== "up") return { ...facts, connectError: null };
  const signal = AbortSignal.timeout(connectTimeoutMs);
  try {
    (await Deno.connect({ hostname, port, signal, autoSelectFamily: false })).close();
    return { ...facts, connectError: null };
  } catch (error) {
    const isLate = signal.aborted;
    return { ...facts, connectError: isLate ? "it takes over a second" : (error as Error).message };
  }
}
