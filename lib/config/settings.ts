/**
 * The settings of both programs, as values. `read_settings.ts` makes them from the environment and
 * the command line.
 *
 * @module
 */
import type { LogLevel } from "../systemd/logger.ts";

/** The selection policies, in the order in which the documentation names them. */
export const policyNames = [
  "adaptive",
  "random",
  "round-robin",
  "least-connections",
  "least-loaded",
  "two-choices",
  "peak-ewma",
] as const;
/** The name of a selection policy. */
export type PolicyName = typeof policyNames[number];

/** What keeps a client with its server. */
export const affinityNames = ["none", "client", "class-c"] as const;
/** The name of an affinity. */
export type AffinityName = typeof affinityNames[number];

/** Whether and how a server is told the client's address (HAProxy's PROXY protocol). */
export const proxyProtocolNames = ["off", "v1", "v2"] as const;
/** A version of the PROXY protocol, or `off`. */
export type ProxyProtocolName = typeof proxyProtocolNames[number];

/** Whether bytes that a server reset unanswered are sent to another server: never, once, or more often. */
export const replayNames = ["off", "once", "on"] as const;
/** A choice of `LB_REPLAY`. */
export type ReplayName = typeof replayNames[number];

/** How bytes are moved: on Deno's sockets, or on Linux's own calls. */
export const engineNames = ["deno", "epoll"] as const;
/** The name of a relay engine. */
export type EngineName = typeof engineNames[number];

/** What both programs are told. */
export interface CommonSettings {
  /** `LB_KEY`; null: the published default key. */
  readonly key: string | null;
  /** `LB_KEY_PREVIOUS`. */
  readonly keyPrevious: string | null;
  /** `LB_GROUP`, an IPv4 multicast address. */
  readonly group: string;
  /** `LB_PORT`, 1 to 65,535. */
  readonly port: number;
  /** `LB_INTERFACES`; null: all usable ones. */
  readonly interfaces: readonly string[] | null;
  /** `LB_LOG`. */
  readonly log: LogLevel;
  /** `LB_CONTROL`, the path of the control socket; null: the program's usual place. */
  readonly control: string | null;
}

/** A service that an agent advertises. */
export interface ServiceSetting {
  /** Empty where only a port was given. */
  readonly name: string;
  readonly port: number;
}

/** How a service is checked. */
export interface CheckSetting {
  /** The service's name; null: the first service. */
  readonly service: string | null;
  readonly kind: "tcp" | "http" | "executable";
  /** What is asked for over HTTP, or the executable's path; else empty. */
  readonly path: string;
}

/** What the agent is told. */
export interface AgentSettings extends CommonSettings {
  /** `LB_SERVICES`, 1 to 16. */
  readonly services: readonly ServiceSetting[];
  /** `LB_ADVERTISE`, an IP address; null: the address the answer leaves from. */
  readonly advertise: string | null;
  /** `LB_CHECK`; none: off. */
  readonly checks: readonly CheckSetting[];
  /** `LB_METRICS`; null: off. */
  readonly metrics: PlaceSetting | null;
}

/** Where something is served over HTTP. */
export interface PlaceSetting {
  /** An IP address; that of all of them where a name is given. */
  readonly address: string;
  /** The name of this machine that is given instead, in lower case; null: none. */
  readonly name: string | null;
  readonly port: number;
}

/** A place where clients connect. */
export interface ListenSetting {
  /** The service that is balanced there; null: the agents' first service. */
  readonly service: string | null;
  /** An IP address; null: all addresses, IPv6 and IPv4. */
  readonly address: string | null;
  readonly port: number;
}

/** What the front end is told. */
export interface FrontendSettings extends CommonSettings {
  /** `LB_PEERS`, IP addresses. */
  readonly peers: readonly string[];
  /** `LB_BACKEND_NETWORKS`, each `ADDRESS/PREFIX`; null: as without it (README, Trust). */
  readonly backendNetworks: readonly string[] | null;
  /** `LB_LISTEN`. */
  readonly listen: readonly ListenSetting[];
  /** `LB_PROBE_INTERVAL` in milliseconds, 50 to 60,000. */
  readonly probeIntervalMs: number;
  /** `LB_POLICY`. */
  readonly policy: PolicyName;
  /** `LB_AFFINITY`. */
  readonly affinity: AffinityName;
  /** `LB_CONNECT_TIMEOUT` in milliseconds. */
  readonly connectTimeoutMs: number;
  /** `LB_IDLE_TIMEOUT` in milliseconds. */
  readonly idleTimeoutMs: number;
  /** `LB_DRAIN_TIMEOUT` in milliseconds. */
  readonly drainTimeoutMs: number;
  /** `LB_RELOAD_TIMEOUT` in milliseconds. */
  readonly reloadTimeoutMs: number;
  /** `LB_MAX_CONNECTIONS`; null: from the file limit. */
  readonly maxConnections: number | null;
  /** `LB_MAX_PER_SERVER`; null: no limit. */
  readonly maxPerServer: number | null;
  /** `LB_MAX_PER_CLIENT`; null: no limit. */
  readonly maxPerClient: number | null;
  /** `LB_PROXY_PROTOCOL`. */
  readonly proxyProtocol: ProxyProtocolName;
  /** `LB_REPLAY`. */
  readonly replay: ReplayName;
  /** `LB_WORKERS`; null: one per core. */
  readonly workers: number | null;
  /** `LB_ENGINE`. */
  readonly engine: EngineName;
  /** `LB_ADMIN`; null: off. */
  readonly admin: PlaceSetting | null;
  /**
   * The port of `LB_METRICS`, where the agent of this machine serves its metrics if it shares the
   * environment or the file of settings; null where none is known.
   */
  readonly agentMetricsPort: number | null;
}
