import type { CutCause } from "../table/cuts.ts";
import { DenseSet, type Member } from "./dense_set.ts";
import type { StopResult } from "./messages.ts";

/** A connection that is open. */
export interface OpenConnection extends Member {
  /** Whether it was cut: it may take a moment until it has ended. */
  readonly isCut: boolean;
  /** Ends it, and says why. */
  cut(cause: CutCause): void;
}

/** The open connections of a worker. */
export class OpenConnections {
  readonly #open = new DenseSet<OpenConnection>();
  #cut = 0;
  #departure: PromiseWithResolvers<void> | null = null;

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
    if (!this.#open.delete(connection)) return;
    this.#departure?.resolve();
    this.#departure = null;
  }

  /** Cuts all that are open at this moment. */
  cutAll(cause: CutCause): void {
    for (const connection of this.#open) {
      if (connection.isCut) continue;
      this.#cut++;
      connection.cut(cause);
    }
  }

  /** Waits until all have ended or the time is up, and cuts those that are left for that cause. */
  async drain(timeUp: Promise<CutCause>): Promise<StopResult> {
    const before = this.count;
    const cutBefore = this.#cut;
    const cause = await Promise.race([this.#allEnded(), timeUp]);
    if (cause !== undefined) this.cutAll(cause);
    const cut = this.#cut - cutBefore;
    return { finished: before - cut, cut };
  }

  async #allEnded(): Promise<undefined> {
    while (this.#open.size > 0) await this.#nextDeparture();
  }

  #nextDeparture(): Promise<void> {
    this.#departure ??= Promise.withResolvers();
    return this.#departure.promise;
  }
}
