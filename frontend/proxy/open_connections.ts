import { DenseSet, type Member } from "./dense_set.ts";
import type { StopResult } from "./messages.ts";

/** A connection that is open. */
export interface OpenConnection extends Member {
  /** Ends it. */
  cut(): void;
}

/**
 * The open connections of a worker, and whether it has room for one more.
 *
 * Without room it accepts none: clients then wait in the kernel's queue, where they cost nothing.
 * Several listeners that wait for a client at the same time may together exceed the limit by one
 * less than their number.
 */
export class OpenConnections {
  readonly #limit: number;
  readonly #open = new DenseSet<OpenConnection>();
  #departure: PromiseWithResolvers<void> | null = null;

  /** Has room for `limit` connections, at least 1. */
  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  /** How many there are. */
  get count(): number {
    return this.#open.size;
  }

  /** Takes in a connection that has begun. */
  add(connection: OpenConnection): void {
    this.#open.add(connection);
  }

  /** Lets go of a connection that has ended. */
  remove(connection: OpenConnection): void {
    if (this.#open.delete(connection)) this.wake();
  }

  /** Resolves when there may be room for another; undefined where there is room now. */
  room(): Promise<void> | undefined {
    return this.#open.size < this.#limit ? undefined : this.#nextDeparture();
  }

  /** Makes those who wait for room look again, as if a connection had ended. */
  wake(): void {
    this.#departure?.resolve();
    this.#departure = null;
  }

  /** Waits until all have ended or the time is up, and cuts those that are left. */
  async drain(timeUp: Promise<void>): Promise<StopResult> {
    const before = this.count;
    await Promise.race([this.#allEnded(), timeUp]);
    const cut = this.count;
    for (const connection of this.#open) connection.cut();
    return { finished: before - cut, cut };
  }

  async #allEnded(): Promise<void> {
    while (this.#open.size > 0) await this.#nextDeparture();
  }

  #nextDeparture(): Promise<void> {
    this.#departure ??= Promise.withResolvers();
    return this.#departure.promise;
  }
}
