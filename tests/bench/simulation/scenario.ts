import type { Distribution } from "./distribution.ts";
import type { MonitorPlan } from "./monitor.ts";
import type { Server, ServerPlan } from "./server.ts";

/** What happens to a server in the course of a run. */
export interface Incident {
  /** When, in milliseconds after the first connection. */
  readonly atMs: number;
  /** Which server. */
  readonly place: number;
  readonly happen: (server: Server) => void;
}

/** A situation in which policies are compared. */
export interface Scenario {
  /** A short name, also that of its plot's file. */
  readonly name: string;
  /** What it is and what it is to show. */
  readonly about: string;
  readonly servers: readonly ServerPlan[];
  readonly frontEnds: number;
  /** New connections per second, of all front ends together; 0: only those of the clients below. */
  readonly perSecond: number;
  /** Work of one exchange, in milliseconds of a core of speed 1. */
  readonly work: Distribution;
  /** Bytes of one answer. */
  readonly bytes: Distribution;
  /** How many exchanges a connection sees, and the pause after each, in milliseconds. */
  readonly exchanges: Distribution;
  readonly pauseMs: Distribution;
  /** Clients that connect anew as soon as their connection has ended, beside those that arrive. */
  readonly returning?: number;
  /** The same, but each keeps its one connection and asks again as soon as it was answered. */
  readonly insistent?: number;
  /** A person who asks so often, each time over a connection of its own and so long after the answer. */
  readonly reloads?: { readonly times: number; readonly pauseMs: number };
  /** From when on the first server fails every request at once, in milliseconds after the first connection. */
  readonly brokenFromMs?: number;
  readonly incidents: readonly Incident[];
  readonly monitor: MonitorPlan;
  /** How long connections arrive, and from when on they are measured, in milliseconds. */
  readonly lengthMs: number;
  readonly measuredFromMs: number;
}
