import type { AffinityName, PolicyName } from "../../lib/config/settings.ts";
import type { StateTable } from "../table/state_table.ts";
import { affinity } from "./affinity.ts";
import { expectsAnother, trackCandidates } from "./candidates.ts";
import { policies } from "./policies.ts";
import type { Policy } from "./policy.ts";
import { preference } from "./preference.ts";
import { hasRoom, slotsWithRoom } from "./room.ts";

/** What a {@linkcode Selector} is made of. */
export interface SelectorOptions {
  /** Where the backends stand. */
  readonly table: StateTable;
  /** The service that is balanced; null: the first service of each agent. */
  readonly service: string | null;
  /** How a server is chosen where no affinity binds the client to one. */
  readonly policy: PolicyName;
  /** What keeps a client with its server; anything but `none` stands in for the policy. */
  readonly affinity: AffinityName;
  /** How many connections a server may have open; null or absent sets no limit. */
  readonly maxPerServer?: number | null;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
}

/**
 * Chooses servers for the connections of one listener in one thread.
 *
 * The proxy dials the first candidate and, where no connection comes about, the next. It counts a
 * connection as `active` in the table before it dials: that is what the next choice sees.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { StateTable } from "../table/state_table.ts";
 * import { Selector } from "./selector.ts";
 *
 * const table = StateTable.create({ capacity: 4, workers: 1 });
 * const selector = new Selector({
 *   table,
 *   service: null,
 *   policy: "least-connections",
 *   affinity: "none",
 *   random: Math.random,
 * });
 * assertEquals(selector.available, false);
 *
 * for (const port of [8001, 8002]) {
 *   const slot = table.take({ id: port, service: "", serviceOrdinal: 0, address: "10.0.0.11", port });
 *   table.setState(slot ?? 0, "up", { since: 0, reason: "answering", lastResort: false });
 * }
 * table.announceChange();
 * table.addRelayFigure("busy", 0, 0, 1);
 * assertEquals([...selector.candidates("192.0.2.7", 1000)], [1, 0]);
 * ```
 */
export class Selector {
  readonly #table: StateTable;
  readonly #random: () => number;
  readonly #policy: Policy;
  readonly #candidates: () => readonly number[];
  readonly #service: string | null;
  readonly #maxPerServer: number | null;

  constructor(options: SelectorOptions) {
    this.#table = options.table;
    this.#service = options.service;
    this.#random = options.random;
    this.#policy = options.affinity === "none"
      ? policies[options.policy]()
      : affinity(options.table, options.affinity);
    this.#candidates = trackCandidates(options.table, options.service);
    this.#maxPerServer = options.maxPerServer ?? null;
  }

  /** Whether any backend can be chosen, now or as soon as it has room. */
  get available(): boolean {
    return this.#candidates().length > 0;
  }

  /**
   * Whether a backend besides some may soon be chosen: it came, or went, a moment ago.
   *
   * @param now Monotonic milliseconds, as for {@linkcode Selector.candidates}.
   */
  expectsAnother(isLeftOut: (slot: number) => boolean, now: number): boolean {
    return expectsAnother(this.#table, this.#service, now, isLeftOut);
  }

  /** Whether any backend can be chosen now. */
  get hasRoom(): boolean {
    return this.#candidates().some((slot) => hasRoom(this.#table, slot, this.#maxPerServer));
  }

  /** The slots of the backends that could be chosen if they had room. */
  get full(): readonly number[] {
    return this.#candidates().filter((slot) => !hasRoom(this.#table, slot, this.#maxPerServer));
  }

  /**
   * Slots that have room, in order of preference, worked out lazily: the next is computed only when
   * asked for.
   *
   * @param client The client's IP address.
   * @param now Monotonic milliseconds, on the clock of the table's `reportedAt` and `stateSince`.
   */
  candidates(client: string, now: number): Iterable<number> {
    const context = { client, now, random: this.#random };
    const withRoom = () => slotsWithRoom(this.#table, this.#candidates(), this.#maxPerServer);
    return preference(this.#policy, withRoom, this.#table, context);
  }
}
