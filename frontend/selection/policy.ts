import type { MonitorFigure, RelayFigure, TableSize } from "../table/state_table.ts";

/** What a policy may read of the backends; the state table is one. */
export interface BackendMetrics {
  /** How many relay workers there are whose figures can be read one by one. */
  readonly size: Pick<TableSize, "workers">;
  /** A figure that the monitor wrote, NaN where unknown. */
  figure(name: MonitorFigure, slot: number): number;
  /** A counter of all relay workers together; exact at this moment. */
  relaySum(name: RelayFigure, slot: number): number;
  /** The columns of a relay counter, one per worker and by slot: for loops over many slots. */
  relayColumns(name: RelayFigure): readonly Float64Array[];
  /** A relay counter of one worker. */
  relayFigure(name: RelayFigure, slot: number, worker: number): number;
}

/** What else a choice may depend on. */
export interface ChoiceContext {
  /** Monotonic milliseconds, on the clock of the table's `reportedAt` and `stateSince`. */
  readonly now: number;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
  /** The client's address, for affinity. */
  readonly client: string;
}

/**
 * A way to choose a server for a connection.
 *
 * A policy only compares: who may be chosen at all is decided by `candidates.ts`, and the next
 * server after a failed connection is found by asking again without the one that failed.
 */
export interface Policy {
  /**
   * Picks one of the candidates.
   *
   * @param slots The slots to choose from, at least one.
   * @param backends Their figures.
   * @param context Time, randomness and client.
   * @returns the chosen slot.
   */
  pick(slots: readonly number[], backends: BackendMetrics, context: ChoiceContext): number;
}

/** Makes a policy; policies that remember something (round robin) do so per relay worker. */
export type PolicyFactory = () => Policy;
