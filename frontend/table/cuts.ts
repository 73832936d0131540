import type { StateTable, WorkerFigure } from "./state_table.ts";

/** Where connections that the front end itself ends are counted, by cause. */
export const cutFigures = {
  /** No server could be reached. */
  "no-server": "refused",
  /** Nothing passed for `LB_IDLE_TIMEOUT`. */
  idle: "cutIdle",
  /** Neither side had sent a byte, and others waited for the place. */
  silent: "cutSilent",
  /** The front end was stopped, and `LB_DRAIN_TIMEOUT` was over. */
  drain: "cutDrain",
  /** It had gone on in a process that a reload replaced, whose time was over. */
  reload: "cutReload",
  /** Turned away as its client had `LB_MAX_PER_CLIENT` connections open. */
  "per-client": "cutPerClient",
  /** The front end's own fault; the log says more. */
  fault: "cutFault",
} as const satisfies Record<string, WorkerFigure>;
/** Why the front end itself ended a connection. */
export type CutCause = keyof typeof cutFigures;

/** How many connections the front end itself ended, by cause. */
export type CutCounts = Readonly<Record<CutCause, number>>;

/** All causes. */
export const cutCauses = Object.keys(cutFigures) as readonly CutCause[];

/** What all workers together have counted. */
export function countCuts(table: StateTable): CutCounts {
  return cutCountsOf((cause) => table.workerSum(cutFigures[cause]));
}

/** Counts, each worked out from its cause. */
export function cutCountsOf(count: (cause: CutCause) => number): CutCounts {
  const entries = cutCauses.map((cause) => [cause, count(cause)]);
  return Object.fromEntries(entries) as CutCounts;
}
