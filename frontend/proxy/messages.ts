/**
 * What the main thread and a relay worker tell each other.
 *
 * ```text
 * main                         worker
 *   │ ◄──────────── loaded ────── │   its module runs
 *   │ ── start ─────────────────► │
 *   │ ◄───── listening, or failed │
 *   │ ◄── connect-failed, connected, reset, replayed, log
 *   │ ── stop ──────────────────► │
 *   │ ◄──────────── closed ────── │   it accepts no more
 *   │ ── cut ───────────────────► │   its last connections have no more time
 *   │ ◄─────────── stopped ────── │   its connections have ended
 * ```
 *
 * @module
 */
import type {
  AffinityName,
  EngineName,
  PolicyName,
  ProxyProtocolName,
  ReplayName,
} from "../../lib/config/settings.ts";
import type { LogLevel } from "../../lib/systemd/logger.ts";
import type { CutCause } from "../table/cuts.ts";
import type { TableSize } from "../table/state_table.ts";
import type { ConnectFailureKind } from "./connect_failure.ts";
import type { Endpoint } from "./engine.ts";

/** Where a worker listens, and for which service. */
export interface ListenAt extends Endpoint {
  /** The service that is balanced there; null: the agents' first service. */
  readonly service: string | null;
}

/** How a worker treats its connections. */
export interface RelaySettings {
  readonly engine: EngineName;
  readonly policy: PolicyName;
  readonly affinity: AffinityName;
  readonly proxyProtocol: ProxyProtocolName;
  /** Time limit of one attempt to connect, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** How many servers are tried for one client. */
  readonly connectTries: number;
  /** Whether bytes that a server reset unanswered are sent to another. */
  readonly replay: ReplayName;
  /** A connection that moves nothing for so many milliseconds is closed. */
  readonly idleTimeoutMs: number;
  /** How many connections each server may have open, from all workers; null sets no limit. */
  readonly maxPerServer: number | null;
  /** How many connections each client may have open, at all workers; null sets no limit. */
  readonly maxPerClient: number | null;
  /** How long a client waits while no backend can be chosen, in milliseconds. */
  readonly backendWaitMs: number;
  /** After how long a connection on which no byte passed gives way to clients that wait, in ms. */
  readonly silentMs: number;
  /** Whether each connection that is cut is told to the log. */
  readonly logsCuts: boolean;
}

/** What a worker is given to begin with. */
export interface WorkerStart extends RelaySettings {
  /** The state table. */
  readonly table: SharedArrayBuffer;
  readonly size: TableSize;
  /** Which of the table's workers this one is. */
  readonly worker: number;
  readonly listen: readonly ListenAt[];
  /** How many connections all workers together may have open. */
  readonly maxConnections: number;
  /** Where they keep count of them: the memory of `Places`. */
  readonly places: SharedArrayBuffer;
  /** The same for each client: the memory of `ClientCounts`; null where that has no limit. */
  readonly clients: SharedArrayBuffer | null;
}

/** Main thread to worker. */
export type ToWorker =
  | {
    readonly type: "start";
    readonly start: WorkerStart;
    /** The main thread's monotonic clock, in milliseconds. */
    readonly now: number;
  }
  | {
    readonly type: "stop";
    /** How long connections may go on, in milliseconds. */
    readonly drainMs: number;
    /** What is told of those that are cut then. */
    readonly cause: CutCause;
  }
  | {
    /** Ends all connections that are open at this moment. */
    readonly type: "cut";
    readonly cause: CutCause;
  };

/** A server did not accept a connection. */
export interface ConnectFailedMessage {
  readonly type: "connect-failed";
  readonly slot: number;
  readonly generation: number;
  readonly kind: Exclude<ConnectFailureKind, "local">;
  /** The system's words. */
  readonly detail: string;
}

/** A server accepts connections again, which it had failed to do in this worker's last attempt. */
export interface ConnectedMessage {
  readonly type: "connected";
  readonly slot: number;
  readonly generation: number;
}

/** A backend as it was at a time. */
export interface PlaceMessage {
  readonly slot: number;
  readonly generation: number;
}

/** A server reset a connection before its first byte. */
export interface ResetMessage extends PlaceMessage {
  readonly type: "reset";
  /** The client's address. */
  readonly client: string;
}

/** What became of the bytes of a client whose connection was reset, at other servers. */
export interface ReplayedMessage {
  readonly type: "replayed";
  /** The client's address. */
  readonly client: string;
  /** The servers that reset them. */
  readonly servers: readonly PlaceMessage[];
  /** Another server answered, or every server that got them reset them. */
  readonly outcome: "answered" | "reset";
}

/** How a server treats connections. */
export type ServerNews = ConnectFailedMessage | ConnectedMessage | ResetMessage | ReplayedMessage;

/** Something for the log. */
export interface LogMessage {
  readonly type: "log";
  readonly level: LogLevel;
  readonly message: string;
}

/** How many of the connections open at the stop ended by themselves, and how many were cut. */
export interface StopResult {
  readonly finished: number;
  readonly cut: number;
}

/** Worker to main thread. */
export type FromWorker =
  | { readonly type: "loaded" }
  /** It accepts clients; `engine` may be another than was wanted. */
  | { readonly type: "listening"; readonly engine: EngineName }
  /** It cannot do its work and ends; `message` is one line for people. */
  | { readonly type: "failed"; readonly message: string }
  | ServerNews
  | LogMessage
  | { readonly type: "closed" }
  | ({ readonly type: "stopped" } & StopResult);
