/** Clients that are remembered per writer; a power of two. */
const places = 4_096;

/** A client that was answered in the last so many milliseconds is known. */
export const knownMs = 60_000;

/** Numbers that a writer's clients take. */
export const cellsPerWriter = 2 * places;

/**
 * Which clients were answered of late, in memory that may be shared: some thousands, each at the place
 * that its hash gives it, where a later client takes the place of an earlier one. Every writer has a
 * part of its own.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cellsPerWriter, RecentClients } from "./recent_clients.ts";
 *
 * const clients = new RecentClients(new Float64Array(2 * cellsPerWriter));
 * clients.note(1, 0xcafe, 500);
 * assertEquals(clients.has(0xcafe, 400), true);
 * assertEquals(clients.has(0xcafe, 600), false);
 * assertEquals(clients.has(0xbeef, 400), false);
 * ```
 */
export class RecentClients {
  readonly #cells: Float64Array;

  /** @param cells {@linkcode cellsPerWriter} for each writer. */
  constructor(cells: Float64Array) {
    this.#cells = cells;
  }

  /**
   * Notes that a client was answered.
   *
   * @param client The client's hash, an unsigned 32-bit integer.
   * @param at Monotonic milliseconds, more than 0.
   */
  note(writer: number, client: number, at: number): void {
    const cell = cellOf(writer, client);
    this.#cells[cell] = client;
    this.#cells[cell + 1] = at;
  }

  /** Whether a client was answered since a time, by whichever writer. */
  has(client: number, since: number): boolean {
    for (let writer = 0; writer * cellsPerWriter < this.#cells.length; writer++) {
      const cell = cellOf(writer, client);
      const at = this.#cells[cell + 1] ?? 0;
      if (this.#cells[cell] === client && at > 0 && at >= since) return true;
    }
    return false;
  }
}

function cellOf(writer: number, client: number): number {
  return writer * cellsPerWriter + 2 * (client & (places - 1));
}
