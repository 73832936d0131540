import { adaptiveTuning } from "../selection/adaptive_tuning.ts";
import { noteAnswer, type TimedAnswer } from "../table/pace.ts";
import { withConnectTime } from "../table/way.ts";
import { type CutCause, cutFigures } from "../table/cuts.ts";
import { knownMs } from "../table/recent_clients.ts";
import { noteServed, type ServedAnswer } from "../table/served.ts";
import type { RelayFigure, StateTable } from "../table/state_table.ts";
import type { ConnectFailureKind } from "./connect_failure.ts";

/** Weight of a new sample in the smoothed times, as in TCP's round-trip estimate (RFC 6298). */
const weight = 1 / 8;

/** A connection that is counted for a slot, and the backend that the slot held then. */
export interface Counted {
  readonly slot: number;
  readonly generation: number;
  /** Which backend the slot holds: the same one while its connections are counted there. */
  readonly tenancy: number;
}

/** The figures that tell how long a server takes, and the histograms of the same. */
const times = { connectMs: "connect", firstByteMs: "firstByte" } as const;
/** The name of a figure that tells how long a server takes. */
export type TimeFigure = keyof typeof times;

/** Where a failure of each kind is counted. */
export const failureFigures = {
  refused: "failedRefused",
  unreachable: "failedUnreachable",
  timeout: "failedTimeout",
  reset: "failedReset",
  local: "failedLocal",
  other: "failedOther",
} as const satisfies Record<ConnectFailureKind, RelayFigure>;

/** How a connection was when it ended. */
export interface Ending {
  /** Whether the server ever sent a byte. */
  readonly answered: boolean;
  /** From the connection to its end, in milliseconds. */
  readonly lastedMs: number;
  /** Whether it had nothing to say at the end. */
  readonly dormant?: boolean;
}

/** One relay worker's counters for the backends, in its own columns of the state table. */
export class Counters {
  readonly #table: StateTable;
  readonly #worker: number;
  readonly #maxPerServer: number | null;
  readonly #paceMemoryMs: number;

  /**
   * Writes the columns of one worker.
   *
   * @param maxPerServer How many connections a server may have; null sets no limit.
   * @param paceMemoryMs How long answers are remembered, where an experiment wants another time.
   */
  constructor(
    table: StateTable,
    worker: number,
    { maxPerServer = null as number | null, paceMemoryMs = adaptiveTuning.paceMemoryMs } = {},
  ) {
    this.#table = table;
    this.#worker = worker;
    this.#maxPerServer = maxPerServer;
    this.#paceMemoryMs = paceMemoryMs;
  }

  /**
   * Takes a place at the server of a slot for a connection that is to be chosen next, if there is one:
   * another thread may have been faster than it could be seen.
   */
  reserve(slot: number): boolean {
    return this.#maxPerServer === null || this.#table.occupy(slot, this.#maxPerServer);
  }

  /** Counts a connection from the moment it is meant for a slot, so that other choices see it. */
  choose(slot: number): Counted {
    this.#add("active", slot, 1);
    this.#add("busy", slot, 1);
    const table = this.#table;
    return { slot, generation: table.generation(slot), tenancy: table.tenancy(slot) };
  }

  /** The attempt to connect failed: it is no connection any more. */
  fail(counted: Counted, kind: ConnectFailureKind): void {
    if (!this.#isCurrent(counted)) return;
    this.#leave(counted);
    this.#countFailure(counted, kind);
  }

  /** The server took the connection after another had been given the client: nobody failed. */
  abandon(counted: Counted, tookMs: number): void {
    if (!this.#isCurrent(counted)) return;
    this.#leave(counted);
    this.#noteConnectTime(counted, tookMs);
  }

  /** The server reset the connection before its first byte. */
  lose(counted: Counted, ending: Omit<Ending, "answered">): void {
    if (!this.#isCurrent(counted)) return;
    this.end(counted, { ...ending, answered: false });
    this.#countFailure(counted, "reset");
  }

  #countFailure({ slot }: Counted, kind: ConnectFailureKind): void {
    this.#add("failed", slot, 1);
    this.#add(failureFigures[kind], slot, 1);
  }

  /** The server has the connection and owes a first byte. */
  connect(counted: Counted, tookMs: number): void {
    if (!this.#isCurrent(counted)) return;
    this.#add("total", counted.slot, 1);
    this.#add("awaitingFirstByte", counted.slot, 1);
    this.#noteConnectTime(counted, tookMs);
  }

  /**
   * The server's first byte came, on a connection of a client with a hash.
   *
   * @param at Monotonic milliseconds.
   */
  answer(counted: Counted, tookMs: number, client: number, at: number): void {
    if (!this.#isCurrent(counted)) return;
    const isKnown = this.#table.recentClients.has(client, at - knownMs);
    this.#add(isKnown ? "answeredKnown" : "answeredNew", counted.slot, 1);
    this.#add("awaitingFirstByte", counted.slot, -1);
    this.#time("firstByteMs", counted, tookMs);
  }

  /** How many connections keep a server busy, this one included: its place in the queue. */
  placeOf({ slot }: Counted): number {
    return Math.max(1, this.#table.relaySum("busy", slot));
  }

  /** The server answered a question, the first or a later one. */
  pace(counted: Counted, answer: TimedAnswer, at: number): void {
    if (!this.#isCurrent(counted)) return;
    noteAnswer(this.#table, counted.slot, this.#worker, answer, at, this.#paceMemoryMs);
  }

  /** The server answered, the first time or a later one: a client is served. */
  serve(counted: Counted, answer: ServedAnswer, at: number): void {
    if (!this.#isCurrent(counted)) return;
    noteServed(this.#table, counted.slot, this.#worker, answer, at);
    this.#table.recentClients.note(this.#worker, answer.client, at);
  }

  /** The connection has ended. */
  end(counted: Counted, { answered, lastedMs, dormant = false }: Ending): void {
    if (!this.#isCurrent(counted)) return;
    if (dormant) this.rouse(counted);
    this.#leave(counted);
    this.#table.noteRelay("duration", counted.slot, this.#worker, lastedMs);
    if (!answered) this.#add("awaitingFirstByte", counted.slot, -1);
  }

  /** Neither side has anything to say at present: the connection is no load on the server. */
  doze(counted: Counted): void {
    if (this.#isCurrent(counted)) this.#add("busy", counted.slot, -1);
  }

  /** A byte passes again. */
  rouse(counted: Counted): void {
    if (this.#isCurrent(counted)) this.#add("busy", counted.slot, 1);
  }

  #leave({ slot }: Counted): void {
    this.#add("active", slot, -1);
    this.#add("busy", slot, -1);
    if (this.#maxPerServer === null) return;
    this.#table.vacate(slot, 1);
    this.#table.announceVacancy();
  }

  /** How long connecting to a slot takes this worker, in milliseconds; NaN until known. */
  usualConnectMs(slot: number): number {
    return this.#table.relayFigure("connectMs", slot, this.#worker);
  }

  /** Bytes went to the server. */
  toServer({ slot }: Counted, bytes: number): void {
    this.#add("bytesIn", slot, bytes);
  }

  /** Bytes came from the server. */
  fromServer({ slot }: Counted, bytes: number): void {
    this.#add("bytesOut", slot, bytes);
  }

  /**
   * Whether the slot holds the same backend still; a new one begins with fresh counters. One that
   * moved to another address is the same: the connections to its old address are its own.
   */
  #isCurrent({ slot, tenancy }: Counted): boolean {
    return this.#table.tenancy(slot) === tenancy;
  }

  #add(figure: Exclude<RelayFigure, TimeFigure>, slot: number, by: number): void {
    this.#table.addRelayFigure(figure, slot, this.#worker, by);
  }

  #noteConnectTime(counted: Counted, tookMs: number): void {
    this.#time("connectMs", counted, tookMs);
    const { slot } = counted;
    const shortest = this.#table.relayFigure("shortestConnectMs", slot, this.#worker);
    const next = withConnectTime(shortest, tookMs);
    this.#table.setRelayFigure("shortestConnectMs", slot, this.#worker, next);
  }

  #time(figure: TimeFigure, { slot }: Counted, sample: number): void {
    this.#table.noteRelay(times[figure], slot, this.#worker, sample);
    const known = this.#table.relayFigure(figure, slot, this.#worker);
    const smoothed = Number.isNaN(known) ? sample : known + (sample - known) * weight;
    this.#table.setRelayFigure(figure, slot, this.#worker, smoothed);
  }
}

/**
 * Forgets what a worker had open, after it died without being able to say so; what it had counted in
 * all (connections, failures, bytes) stays.
 *
 * @param cause Why what it had open was cut.
 */
export function forgetOpen(table: StateTable, worker: number, cause: CutCause): void {
  const untold = table.workerFigure("open", worker) - table.workerFigure("ending", worker);
  table.addWorkerFigure(cutFigures[cause], worker, untold);
  table.setWorkerFigure("ending", worker, 0);
  for (let slot = 0; slot < table.used; slot++) {
    table.vacate(slot, table.relayFigure("active", slot, worker));
    table.setRelayFigure("active", slot, worker, 0);
    table.setRelayFigure("busy", slot, worker, 0);
    table.setRelayFigure("awaitingFirstByte", slot, worker, 0);
  }
  table.setWorkerFigure("open", worker, 0);
  table.setWorkerFigure("waiting", worker, 0);
}
