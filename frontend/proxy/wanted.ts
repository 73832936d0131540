import type { StateTable } from "../table/state_table.ts";

/** How long a mark counts, in milliseconds: longer than a thread takes from one sweep to the next. */
const markLastsMs = 1_500;

/** Where clients wait, and who looks. */
export interface WantedOptions {
  readonly table: StateTable;
  /** Which of the workers this is. */
  readonly worker: number;
  /** Whether a client of any worker waits for a place of any kind. */
  readonly places: { readonly isWaitedFor: boolean };
}

/**
 * Which connections have places that clients wait for. A client waits in one worker, but any worker
 * may have a connection to the server that it waits for: so each marks the servers in the state table,
 * where all see it.
 */
export class Wanted {
  readonly #options: WantedOptions;

  /** Looks and marks for one worker. */
  constructor(options: WantedOptions) {
    this.#options = options;
  }

  /**
   * Marks slots whose servers have no room for a client that waits here.
   *
   * @param now Monotonic milliseconds on the state table's clock, more than 0.
   */
  mark(slots: Iterable<number>, now: number): void {
    const { table, worker } = this.#options;
    for (const slot of slots) table.setRelayFigure("wantedAt", slot, worker, now);
  }

  /** What says, at this moment, whether a client waits for the place of a connection to a slot. */
  at(now: number): (slot: number) => boolean {
    const { table, places } = this.#options;
    if (places.isWaitedFor) return () => true;
    const marks = table.relayColumns("wantedAt");
    const isRecent = (at: number) => at > 0 && now - at < markLastsMs;
    return (slot) => marks.some((column) => isRecent(column[slot] ?? 0));
  }
}
