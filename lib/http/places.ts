/** How many connections may be open at once. */
export interface PlaceLimits {
  /** For any request. */
  readonly ordinary: number;
  /** For the one request that has to be answered also when all the others are taken. */
  readonly reserved: number;
}

/**
 * Who of a server's clients has a place.
 *
 * Whoever opens a connection and sends no request cannot keep others out: where all places are taken,
 * a newcomer gets that of the client that has been idle longest. Only clients whose answers are under
 * way keep theirs; while they hold all ordinary places, newcomers get a reserved one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Places } from "./places.ts";
 *
 * const places = new Places<string>({ ordinary: 2, reserved: 1 });
 * assertEquals([places.enter("a", 0), places.enter("b", 1)], [null, null]);
 * places.busy("a");
 * assertEquals(places.enter("c", 2), "b");
 * ```
 */
export class Places<Client> {
  readonly #limits: PlaceLimits;
  /** Since when each idle client has been so, the longest first. */
  readonly #idle = new Map<Client, number>();
  readonly #busy = new Set<Client>();
  readonly #reserved = new Set<Client>();

  /** Makes places that are all free. */
  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  /** How many clients there are. */
  get size(): number {
    return this.#idle.size + this.#busy.size;
  }

  /**
   * Lets a client in, which is idle to begin with.
   *
   * @param now Monotonic milliseconds.
   * @returns the client that has lost its place and is to be closed, perhaps the newcomer; null: none.
   */
  enter(client: Client, now: number): Client | null {
    const displaced = this.size - this.#reserved.size < this.#limits.ordinary
      ? null
      : this.#longestIdle(false) ?? this.#reserve(client);
    if (displaced !== null) this.leave(displaced);
    if (displaced !== client) this.#idle.set(client, now);
    return displaced;
  }

  /** Gives a client a reserved place; whoever has to leave for it, the client itself if nobody can. */
  #reserve(client: Client): Client | null {
    const displaced = this.#reserved.size < this.#limits.reserved
      ? null
      : this.#longestIdle(true) ?? client;
    if (displaced !== client) this.#reserved.add(client);
    return displaced;
  }

  #longestIdle(reserved: boolean): Client | null {
    for (const client of this.#idle.keys()) {
      if (this.#reserved.has(client) === reserved) return client;
    }
    return null;
  }

  /** Whether a client is there only by a reserved place. */
  isReserved(client: Client): boolean {
    return this.#reserved.has(client);
  }

  /** A client has sent a whole request: it keeps its place until it is idle again. */
  busy(client: Client): void {
    if (this.#idle.delete(client)) this.#busy.add(client);
  }

  /** A client has its answer. */
  idle(client: Client, now: number): void {
    if (this.#busy.delete(client)) this.#idle.set(client, now);
  }

  /** Frees the place of a client that has gone. */
  leave(client: Client): void {
    this.#idle.delete(client);
    this.#busy.delete(client);
    this.#reserved.delete(client);
  }

  /** The clients that have been idle since before a time. */
  idleSince(before: number): Client[] {
    return [...this.#idle].filter(([, since]) => since < before).map(([client]) => client);
  }

  /** All clients that are idle. */
  allIdle(): Client[] {
    return [...this.#idle.keys()];
  }

  /** All clients whose answers are under way. */
  allBusy(): Client[] {
    return [...this.#busy];
  }
}
