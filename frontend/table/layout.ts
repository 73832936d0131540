/**
 * Where each figure of the state table stands in its buffer.
 *
 * The table is a set of columns: one array per figure, one element per backend ("slot"). Columns keep
 * what selection scans close together, and give every figure exactly one writer:
 *
 * - the **monitor** (main thread) writes identity, load, round-trip time, state, rates and share;
 * - each **relay worker** has columns of its own for connections and bytes, so that no two threads
 *   ever write the same element. Readers add the workers up.
 *
 * Every 64-bit element is naturally aligned, so that it is read and written whole on the machines
 * that Deno runs on.
 *
 * @module
 */

/** Elements of the table's head, an `Int32Array`. */
export const head = {
  /** Grows with every change of who may be chosen; waited on with `Atomics.waitAsync`. */
  epoch: 0,
  /** One more than the highest slot that was ever used. */
  used: 1,
  /** Grows whenever a server may have room again; waited on with `Atomics.waitAsync`. */
  vacancies: 2,
  length: 4,
} as const;

/** Integer columns that the monitor writes, one `Int32` per slot. */
export const monitorIntegers = [
  /** Odd while the slot holds a backend; grows whenever the slot is taken, freed or moved. */
  "generation",
  /** Grows whenever the slot is given to another backend, which begins with fresh counters. */
  "tenancy",
  /** The backend's id, 32 bits. */
  "id",
  /** 4 or 6. */
  "addressFamily",
  "port",
  /** Place of the service in its agent's list; 0 serves a bare port. */
  "serviceOrdinal",
  /** Index into `backendStates`. */
  "state",
  /** 1 while the backend may be chosen when no backend is up (see `candidates.ts`). */
  "lastResort",
] as const;

/**
 * Integer columns that all relay workers change together by atomic operations, one `Int32` per slot:
 * the exception to one writer per element.
 */
export const sharedIntegers = [
  /** Connections that have a place at the server, where there is a limit. */
  "occupied",
] as const;

/** Figures that the monitor writes, one `Float64` per slot; NaN where unknown. */
export const monitorFigures = [
  /** Busy part of the CPU, 0 to 1, and of how many cores. */
  "cpu",
  "cores",
  /** Used part of the memory, 0 to 1, and of how many bytes. */
  "ram",
  "ramBytes",
  "rttMs",
  "acceptQueue",
  /** 1 while the agent's check of the service passes, 0 while it fails. */
  "checkPassing",
  /** Speed of the link in bytes per second. */
  "linkBps",
  /** Pressure stall information, 0 to 1. */
  "cpuPressure",
  "memoryPressure",
  /** Established TCP connections of the whole machine, ours and others'. */
  "establishedTcp",
  /** When the load was reported, and since when the state is what it is, in monotonic milliseconds. */
  "reportedAt",
  "stateSince",
  /** Bytes per second to and from the server. */
  "inBps",
  "outBps",
  /** Part of the service's new connections of late, 0 to 1. */
  "share",
  /** The least time per connection in flight that the server is credited with, in milliseconds. */
  "creditedPaceMs",
] as const;

/** Texts that the monitor writes, UTF-8 padded with zeros: name and bytes per slot. */
export const monitorTexts = {
  service: 16,
  agentVersion: 32,
  /** How the check comes out, in words; empty where there is none. */
  check: 32,
  reason: 128,
} as const;

/** Bytes of an address: IPv6, or IPv4 in the first four. */
export const addressBytes = 16;

/** Counters that every relay worker writes for every slot, one `Float64` each. */
export const relayFigures = [
  /** Connections that are open, those being connected included. */
  "active",
  /** Those of them that keep the server occupied: not the ones that have nothing to say at present. */
  "busy",
  /** Connections that were ever handed to the server. */
  "total",
  /**
   * Those of them on which the server has sent a byte: to clients that somebody had answered of late
   * (`recent_clients.ts`), and to others.
   */
  "answeredKnown",
  "answeredNew",
  /** Attempts that did not get through to the server, and why (`ConnectFailureKind`). */
  "failed",
  "failedRefused",
  "failedUnreachable",
  "failedTimeout",
  "failedReset",
  "failedLocal",
  "failedOther",
  /** Bytes to and from the server. */
  "bytesIn",
  "bytesOut",
  /** Smoothed time to connect and to the server's first byte, in milliseconds; NaN until known. */
  "connectMs",
  "firstByteMs",
  /** The shortest time to connect of late (see `way.ts`), in milliseconds; NaN until known. */
  "shortestConnectMs",
  /** What `pace.ts` remembers of the latest answers, and as of which moment. */
  "paceMs",
  "pacePlaces",
  "paceAnswers",
  "paceSquares",
  "pacedAt",
  /** Connections whose server has not sent a byte yet. */
  "awaitingFirstByte",
  /** Monotonic milliseconds at which clients last waited for a connection to leave the server. */
  "wantedAt",
  /** What `served.ts` remembers of who was answered last. */
  "servedClient",
  "servedAt",
  "servedOthersAt",
  "servedBegunAt",
] as const;

/**
 * Histograms that every relay worker writes for every slot: the upper bounds of their buckets in
 * milliseconds. Each bucket is a `Float64`, and so is the sum.
 */
export const relayHistograms = {
  /** Time to connect, of all that succeeded. */
  connect: [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500],
  /** From the client's first byte to the server's. */
  firstByte: [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 10_000],
  /** From the connection to its end. */
  duration: [5, 25, 100, 500, 1_000, 5_000, 10_000, 60_000, 600_000, 3_600_000],
} as const;

/** Histograms that every relay worker writes once, as above. */
export const workerHistograms = {
  /** How late the event loop came to a timer. */
  loopDelay: [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000],
} as const;

/** Counters that every relay worker writes once, one `Float64` each. */
export const workerFigures = [
  /** Connections accepted from clients, and how many are open. */
  "accepted",
  "open",
  /** Clients whose connection was gone before it was accepted. */
  "vanished",
  /** Clients that wait because no backend can be chosen yet, or all places are taken. */
  "waiting",
  /** Clients that were turned away because no backend could be reached. */
  "refused",
  /** Connections that the front end ended for another cause; see `cuts.ts`. */
  "cutIdle",
  "cutSilent",
  "cutDrain",
  "cutReload",
  "cutFault",
  "cutPerClient",
  /** Connections that were cut and are still counted as open. */
  "ending",
  /** Clients whose bytes were reset by every server that got them, by two at least. */
  "clientFaults",
  /** Monotonic milliseconds until which bytes are on trial (`trials.ts`); 0: none are. */
  "trialUntil",
  /** Monotonic milliseconds at which the worker last showed that it is alive. */
  "aliveAt",
] as const;

/** The life of a backend, in the order in which the state column numbers it. */
export const backendStates = ["joining", "up", "draining", "ejected", "down"] as const;
/** Where a backend is in its life. */
export type BackendState = typeof backendStates[number];
