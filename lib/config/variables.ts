/**
 * Every setting of both programs, declared once: reading, help and documentation are made from here.
 *
 * @module
 */
import { logLevels } from "../systemd/log_levels.ts";
import {
  affinityNames,
  type AgentSettings,
  type CommonSettings,
  engineNames,
  type FrontendSettings,
  policyNames,
  proxyProtocolNames,
  replayNames,
} from "./settings.ts";
import { readAdmin } from "./values/admin.ts";

import { boundedDuration } from "./values/bounded_duration.ts";
import { readChecks } from "./values/check.ts";
import { readInterfaceName } from "./values/interface_name.ts";
import { readHostAddress, readMulticastGroup, readProbeTarget } from "./values/ip_address.ts";
import { readKey, readPreviousKey } from "./values/key.ts";
import { listOf } from "./values/list.ts";
import { readListenPlaces } from "./values/listen.ts";
import { readNetwork } from "./values/network.ts";
import { oneOf } from "./values/one_of.ts";
import { readPort } from "./values/port.ts";
import { readServices } from "./values/services.ts";
import { readSocketPath } from "./values/socket_path.ts";
import { wholeNumber } from "./values/whole_number.ts";

/** The two programs, by the names of their executables. */
export const programs = ["lb-agent", "lb-frontend"] as const;
/** The name of a program. */
export type Program = typeof programs[number];

/** The declaration of one setting. */
export interface Variable<Value = unknown> {
  /** The environment variable, such as `LB_PROBE_INTERVAL`. */
  readonly name: `LB_${string}`;
  /** The flag of the same meaning, where the one that follows from the name has another meaning. */
  readonly flag?: string;
  /** What stands for a value in the help text, such as `DURATION`. */
  readonly placeholder: string;
  /** The default as people read it. */
  readonly default: string;
  /** The default as the programs have it. */
  readonly fallback: Value;
  /** What the setting is for, in one sentence without its full stop. */
  readonly meaning: string;
  /** Which values are accepted, as an error message says it after "accepted:". */
  readonly accepts: string;
  /** Whether no message may show a value. */
  readonly secret?: true;
  /** Reads a value that is not empty; throws `RefusedValue`. */
  readonly read: (text: string) => Value;
}

/** A declaration for every setting of a program. */
export type VariableTable<Settings> = {
  readonly [Name in keyof Settings]-?: Variable<Settings[Name]>;
};

type WithDefault<Value> = Omit<Variable<Value>, "fallback">;
type Optional<Value> = Omit<Variable<Value>, "fallback" | "read"> & {
  readonly read: (text: string) => Value;
};

/** A setting whose default could also be given as its value. */
function withDefault<Value>(declaration: WithDefault<Value>): Variable<Value> {
  return { ...declaration, fallback: declaration.read(declaration.default) };
}

/** A setting that is null where it is not given. */
function optional<Value>(declaration: Optional<Value>): Variable<Value | null> {
  return { ...declaration, fallback: null };
}

function choice<Word extends string>(
  words: readonly Word[],
  declaration: Pick<Variable, "name" | "default" | "meaning">,
): Variable<Word> {
  const accepts = words.join(", ");
  return withDefault({ ...declaration, placeholder: "NAME", accepts, read: oneOf(words) });
}

/** An address or an interface by itself is what no other item of its list may repeat. */
const distinct = { identities: (item: string) => [item], most: 256 };

/** The settings of both programs. */
export const commonVariables: VariableTable<CommonSettings> = {
  key: optional({
    name: "LB_KEY",
    placeholder: "KEY",
    default: "none",
    meaning: "the shared key, the same on every machine; without one the published default key " +
      "is used, which protects against damage but not against strangers; a running program gives " +
      "its key up only for the word none",
    accepts:
      "at least 16 printable ASCII characters without spaces (lb-frontend keygen makes such " +
      "a key), or the word none",
    secret: true,
    read: readKey,
  }),
  keyPrevious: optional({
    name: "LB_KEY_PREVIOUS",
    placeholder: "KEY",
    default: "none",
    meaning: "a key that is also accepted while keys are being changed",
    accepts: "at least 16 printable ASCII characters without spaces, the word default for the " +
      "published default key, or none",
    secret: true,
    read: readPreviousKey,
  }),
  group: withDefault({
    name: "LB_GROUP",
    placeholder: "ADDRESS",
    default: "239.8.8.8",
    meaning: "the multicast group in which front ends find agents",
    accepts: "an IPv4 multicast address, 224.0.0.0 to 239.255.255.255",
    read: readMulticastGroup,
  }),
  port: withDefault({
    name: "LB_PORT",
    placeholder: "PORT",
    default: "8888",
    meaning: "the UDP port of probes and answers",
    accepts: "a port, 1 to 65535",
    read: readPort,
  }),
  interfaces: optional({
    name: "LB_INTERFACES",
    placeholder: "NAMES",
    default: "all usable",
    meaning: "the network interfaces to use, separated by commas",
    accepts: "names of interfaces separated by commas, such as eth0,eth1",
    read: listOf(readInterfaceName, distinct),
  }),
  log: choice(logLevels, {
    name: "LB_LOG",
    default: "info",
    meaning: "the least serious events to log: debug, info, warn or error",
  }),
  control: optional({
    name: "LB_CONTROL",
    placeholder: "PATH",
    default: "in the runtime directory",
    meaning: "the Unix socket that the commands of this program talk to",
    accepts: "the absolute path of a file, at most 107 bytes",
    read: readSocketPath,
  }),
};

const acceptedPlaces =
  "off, a port on 127.0.0.1, or an IP address or a name of this machine and a " +
  "port, such as 127.0.0.1:8404, [::1]:8404 or lb.example.lan:8404";

/** The settings of the agent. */
export const agentVariables: VariableTable<AgentSettings> = {
  ...commonVariables,
  services: withDefault({
    name: "LB_SERVICES",
    placeholder: "SERVICES",
    default: "80",
    meaning: "the TCP ports to advertise: 80, or http=80,https=443",
    accepts: "1 to 16 different ports separated by commas, each alone or after a name of 1 to 15 " +
      "lower-case letters, digits and hyphens, such as 80 or http=80,https=443",
    read: readServices,
  }),
  advertise: optional({
    name: "LB_ADVERTISE",
    placeholder: "ADDRESS",
    default: "the address the answer leaves from",
    meaning: "the address at which clients' connections are to reach this server",
    accepts: "the IP address of one machine, such as 10.0.0.11",
    read: readHostAddress,
  }),
  checks: withDefault({
    name: "LB_CHECK",
    flag: "service-check",
    placeholder: "CHECKS",
    default: "off",
    meaning:
      "how the agent checks, every 2 s, whether its service is well: tcp, http:/path (2xx and 3xx " +
      "are well), or the path of an executable (status 0 is well; it runs as the agent's user, can read " +
      "what the agent can, and must be writable by root alone)",
    accepts:
      "off, or tcp, http:/path or the absolute path of an executable, for the first service or, " +
      "separated by commas, by name: http=http:/health,db=/etc/lb/primary",
    read: readChecks,
  }),
  metrics: withDefault({
    name: "LB_METRICS",
    placeholder: "PLACE",
    default: "off",
    meaning: "where the agent serves its metrics over HTTP; off for nowhere",
    accepts: acceptedPlaces,
    read: readAdmin,
  }),
};

/** The settings of the front end. */
export const frontendVariables: VariableTable<Omit<FrontendSettings, "agentMetricsPort">> = {
  ...commonVariables,
  peers: {
    name: "LB_PEERS",
    placeholder: "ADDRESSES",
    default: "none",
    fallback: [],
    meaning: "addresses to probe by unicast as well, where multicast does not pass",
    accepts: "IPv4 addresses separated by commas, such as 10.0.0.11,10.0.0.12",
    read: listOf(readProbeTarget, distinct),
  },
  backendNetworks: optional({
    name: "LB_BACKEND_NETWORKS",
    placeholder: "NETWORKS",
    default: "own subnets where there is no key",
    meaning: "networks in which a backend may be, besides LB_PEERS, separated by commas; by " +
      "default those of the probed interfaces where there is no key, and any where there is one; " +
      "never another machine's loopback or link-local addresses, nor the front end's own ports",
    accepts: "networks or addresses separated by commas, such as 10.0.0.0/8,fd00::/8",
    read: listOf(readNetwork, distinct),
  }),
  listen: withDefault({
    name: "LB_LISTEN",
    placeholder: "PLACES",
    default: "80",
    meaning:
      "where clients connect: 80, 127.0.0.1:8080, [::]:80, or http=80,https=443, where each " +
      "name is balanced over the agents that advertise it",
    accepts: "different places separated by commas, such as 80, 127.0.0.1:8080, [::]:80 or " +
      "http=80,https=443",
    read: readListenPlaces,
  }),
  probeIntervalMs: withDefault({
    name: "LB_PROBE_INTERVAL",
    placeholder: "DURATION",
    default: "1s",
    meaning: "how often agents are probed",
    accepts: "50ms to 1m, such as 250ms or 1s",
    read: boundedDuration(50, 60_000),
  }),
  policy: choice(policyNames, {
    name: "LB_POLICY",
    default: "adaptive",
    meaning: `how a server is chosen: ${policyNames.join(", ")}`,
  }),
  affinity: choice(affinityNames, {
    name: "LB_AFFINITY",
    default: "none",
    meaning:
      "what stays with the same server: none, each client, or each class-c network of clients",
  }),
  connectTimeoutMs: withDefault({
    name: "LB_CONNECT_TIMEOUT",
    placeholder: "DURATION",
    default: "1s",
    meaning: "how long a server may take to accept a connection before the next one is tried",
    accepts: "1ms to 1m, such as 500ms or 1s",
    read: boundedDuration(1, 60_000),
  }),
  idleTimeoutMs: withDefault({
    name: "LB_IDLE_TIMEOUT",
    placeholder: "DURATION",
    default: "10m",
    meaning:
      "after how long without a byte in either direction a connection is reset; TCP keep-alive is no byte",
    accepts: "1s to 24h, such as 30s or 10m",
    read: boundedDuration(1_000, 86_400_000),
  }),
  drainTimeoutMs: withDefault({
    name: "LB_DRAIN_TIMEOUT",
    placeholder: "DURATION",
    default: "10s",
    meaning: "how long open connections may go on when the front end is told to stop",
    accepts: "0ms to 1h, such as 500ms or 10s",
    read: boundedDuration(0, 3_600_000),
  }),
  reloadTimeoutMs: withDefault({
    name: "LB_RELOAD_TIMEOUT",
    placeholder: "DURATION",
    default: "12h",
    meaning: "how long open connections may go on in a process that a reload replaced",
    accepts: "1s to 168h, such as 30m or 12h",
    read: boundedDuration(1_000, 604_800_000),
  }),
  maxConnections: optional({
    name: "LB_MAX_CONNECTIONS",
    placeholder: "NUMBER",
    default: "from the file limit",
    meaning: "how many clients all workers together serve at once; over it new ones wait in the " +
      "kernel's queue",
    accepts: "a whole number, 1 to 1000000",
    read: wholeNumber(1, 1_000_000),
  }),
  maxPerServer: optional({
    name: "LB_MAX_PER_SERVER",
    placeholder: "NUMBER",
    default: "no limit",
    meaning: "how many connections a server may have open; over it clients wait for their turn",
    accepts: "a whole number, 1 to 1000000",
    read: wholeNumber(1, 1_000_000),
  }),
  maxPerClient: optional({
    name: "LB_MAX_PER_CLIENT",
    placeholder: "NUMBER",
    default: "no limit",
    meaning: "how many connections one client address, or one IPv6 /64, may have open; more are " +
      "reset at once",
    accepts: "a whole number, 1 to 1000000",
    read: wholeNumber(1, 1_000_000),
  }),
  proxyProtocol: choice(proxyProtocolNames, {
    name: "LB_PROXY_PROTOCOL",
    default: "off",
    meaning: "tell the server the client's address by the PROXY protocol: off, v1 or v2",
  }),
  replay: choice(replayNames, {
    name: "LB_REPLAY",
    default: "once",
    meaning: "whether a client's bytes go to another server when the first reset the connection " +
      "before its first byte: off, once, or on (up to 3 times)",
  }),
  workers: optional({
    name: "LB_WORKERS",
    placeholder: "NUMBER",
    default: "one per core",
    meaning: "relay threads",
    accepts: "a whole number, 1 to 64",
    read: wholeNumber(1, 64),
  }),
  engine: choice(engineNames, {
    name: "LB_ENGINE",
    default: "deno",
    meaning: "how bytes are moved: deno, or epoll, which costs less CPU and memory",
  }),
  admin: withDefault({
    name: "LB_ADMIN",
    placeholder: "PLACE",
    default: "127.0.0.1:8404",
    meaning:
      "where the dashboard, the metrics and the JSON are; a name stands for the addresses that this " +
      "machine has by it, or for all of them where it has none; off for nowhere",
    accepts: acceptedPlaces,
    read: readAdmin,
  }),
};

/** The declarations of a program's settings, in the order in which the documentation has them. */
export function variablesOf(program: Program): readonly Variable[] {
  return Object.values(program === "lb-agent" ? agentVariables : frontendVariables);
}

/** The declarations of both programs' settings, each once. */
export const allVariables: readonly Variable[] = [
  ...new Map(programs.flatMap(variablesOf).map((variable) => [variable.name, variable])).values(),
];

/**
 * The flag of the same meaning as a variable, without its dashes.
 *
 * @example
 * ```ts
 * import { flagOf } from "./variables.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(flagOf({ name: "LB_PROBE_INTERVAL" }), "probe-interval");
 * ```
 */
export function flagOf({ name, flag }: Pick<Variable, "name" | "flag">): string {
  return flag ?? name.slice("LB_".length).toLowerCase().replaceAll("_", "-");
}
