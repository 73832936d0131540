import { adaptiveTuning } from "./adaptive_tuning.ts";
import type { BackendState } from "../table/layout.ts";
import { noteAnswer, type TimedAnswer } from "../table/pace.ts";
import { type MonitorFigure, StateTable } from "../table/state_table.ts";

/** Figures of a server; those left out are unknown. */
export type Figures = Partial<Record<MonitorFigure, number>>;

/** How many relay workers write to the tables of the tests. */
export const fixtureWorkers = 2;

/**
 * A table of servers that are up, for tests and benchmarks: slot n is 10.0.0.n:80 and offers http
 * first.
 *
 * @param servers The figures of each.
 * @param capacity How many servers there is room for; by default four more.
 */
export function fleet(
  servers: readonly Figures[],
  { capacity = servers.length + 4 }: { capacity?: number } = {},
): StateTable {
  const table = StateTable.create({ capacity, workers: fixtureWorkers });
  for (const figures of servers) addServer(table, figures);
  return table;
}

/** A {@linkcode fleet} of so many servers of which nothing is known. */
export function fleetOf(size: number): StateTable {
  return fleet(Array.from({ length: size }, () => ({})));
}

/** Adds a server that is up since 0 or its `stateSince`, and announces it. */
export function addServer(
  table: StateTable,
  figures: Figures = {},
  address = `10.0.${table.used >> 8}.${table.used & 255}`,
): number {
  const slot = table.take({ id: 1, service: "http", serviceOrdinal: 0, address, port: 80 });
  if (slot === null) throw new RangeError("Cannot add a server: the table is full");
  setStateOf(table, slot, "up");
  for (const [name, value] of Object.entries(figures)) {
    table.setFigure(name as MonitorFigure, slot, value);
  }
  return slot;
}

/** Puts a server into a state, since 0, and announces it. */
export function setStateOf(
  table: StateTable,
  slot: number,
  state: BackendState,
  lastResort = false,
): void {
  table.setState(slot, state, { since: 0, reason: "", lastResort });
  table.announceChange();
}

/** Counts a connection to a server as opened (or, by −1, as closed). */
export function connect(table: StateTable, slot: number, by = 1): void {
  table.addRelayFigure("active", slot, slot % fixtureWorkers, by);
  table.addRelayFigure("busy", slot, slot % fixtureWorkers, by);
  if (by > 0) table.addRelayFigure("total", slot, slot % fixtureWorkers, by);
}

/** Notes how long connecting to a server takes, often enough to know it. */
export function tookToConnect(table: StateTable, slot: number, ms: number): void {
  table.setRelayFigure("shortestConnectMs", slot, slot % fixtureWorkers, ms);
  table.addRelayFigure("total", slot, slot % fixtureWorkers, 5);
}

/** Has a server give so many equal answers at a moment. */
export function answers(
  table: StateTable,
  slot: number,
  { count, at, ...answer }: TimedAnswer & { readonly count: number; readonly at: number },
): void {
  for (let number = 0; number < count; number++) {
    noteAnswer(table, slot, slot % fixtureWorkers, answer, at, adaptiveTuning.paceMemoryMs);
  }
}
