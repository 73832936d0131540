import type { StateTable } from "./state_table.ts";

/** An answer, as far as it tells who is served by a server. */
export interface ServedAnswer {
  /** The client's hash, an unsigned 32-bit integer. */
  readonly client: number;
  /** When the answered connection was begun, in monotonic milliseconds. */
  readonly begunAt: number;
}

/** The relays' columns that hold it. */
type ServedFigure = "servedClient" | "servedAt" | "servedOthersAt" | "servedBegunAt";

/** What reading them takes of the table. */
export interface ServedColumns {
  readonly size: { readonly workers: number };
  relayFigure(name: ServedFigure, slot: number, worker: number): number;
}

/**
 * Notes who was answered by a server last, and when somebody else was: four numbers for each worker,
 * however many clients there are.
 *
 * @param at Monotonic milliseconds.
 */
export function noteServed(
  table: StateTable,
  slot: number,
  worker: number,
  { client, begunAt }: ServedAnswer,
  at: number,
): void {
  if (table.relayFigure("servedClient", slot, worker) !== client) {
    const before = table.relayFigure("servedAt", slot, worker);
    table.setRelayFigure("servedOthersAt", slot, worker, before);
    table.setRelayFigure("servedClient", slot, worker, client);
  }
  table.setRelayFigure("servedAt", slot, worker, at);
  if (begunAt > table.relayFigure("servedBegunAt", slot, worker)) {
    table.setRelayFigure("servedBegunAt", slot, worker, begunAt);
  }
}

/**
 * When a server last answered any other client, in monotonic milliseconds; −Infinity: never.
 *
 * @param client The client's hash.
 */
export function lastServedOther(columns: ServedColumns, slot: number, client: number): number {
  return latest(columns, (worker) => {
    const isSame = columns.relayFigure("servedClient", slot, worker) === client;
    return columns.relayFigure(isSame ? "servedOthersAt" : "servedAt", slot, worker);
  });
}

/** When the youngest connection that a server has answered was begun; −Infinity: none was. */
export function youngestServed(columns: ServedColumns, slot: number): number {
  return latest(columns, (worker) => columns.relayFigure("servedBegunAt", slot, worker));
}

/** The latest time of all workers; a slot's columns begin at 0, which stands for never. */
function latest(
  { size }: ServedColumns,
  timeOf: (worker: number) => number,
): number {
  let latest = 0;
  for (let worker = 0; worker < size.workers; worker++) latest = Math.max(latest, timeOf(worker));
  return latest === 0 ? -Infinity : latest;
}
