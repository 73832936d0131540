import type { Attempts, Reached } from "./attempt.ts";
import { waitForBackend } from "./backend_wait.ts";
import type { Clock } from "./clock.ts";
import type { Counters } from "./counters.ts";
import { dial } from "./dial.ts";
import type { Connected, Engine } from "./engine.ts";
import type { Watched } from "./idle_sweep.ts";
import { plainAddress } from "./plain_address.ts";
import { closeQuietly } from "./relay.ts";
import { Traffic } from "./traffic.ts";

/** How a server is chosen; `Selector` does it. */
export interface Choice {
  /** Whether any backend can be chosen now. */
  readonly available: boolean;
  /** Slots in order of preference, worked out one by one as they are asked for. */
  candidates(client: string, now: number): Iterable<number>;
}

/** What the connections of one listener share. */
export interface ConnectionOptions {
  readonly choice: Choice;
  readonly attempts: Attempts;
  readonly connectTries: number;
  readonly counters: Counters;
  readonly engine: Engine;
  readonly clock: Clock;
  /** Tells of changes of who may be chosen. */
  readonly changes: {
    readonly epoch: number;
    changeSince(seen: number, timeoutMs: number): Promise<void>;
  };
  readonly backendWaitMs: number;
  /** Counts clients that begin (+1) and cease (−1) to wait for a backend. */
  readonly waiting: (by: 1 | -1) => void;
  /** Counts a client that is turned away. */
  readonly refused: () => void;
  /** The connections that relay now, whose silence is watched. */
  readonly watched: Set<Watched>;
}

/** One client's connection, from its arrival to its end. */
export class Connection {
  readonly #client: Connected;
  readonly #options: ConnectionOptions;
  #server: Connected | null = null;
  #isCut = false;

  /** Takes charge of a client; nothing happens before {@linkcode Connection.serve}. */
  constructor(client: Connected, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
  }

  /**
   * Finds a server and relays until both directions have ended; both ends are closed then.
   *
   * @throws {Error} If no server could be looked for; the client is left to be cut.
   */
  async serve(): Promise<void> {
    const reached = await this.#reachServer();
    if (reached) return await this.#relay(reached);
    if (!this.#isCut) this.#options.refused();
    closeQuietly(this.#client);
  }

  /** Ends the connection, at whatever point it is. */
  cut(): void {
    this.#isCut = true;
    closeQuietly(this.#client);
    if (this.#server) closeQuietly(this.#server);
  }

  async #reachServer(): Promise<Reached | null> {
    const { choice, attempts, connectTries, clock } = this.#options;
    this.#client.setNoDelay();
    if (!choice.available && !await this.#waitForBackend()) return null;
    const candidates = choice.candidates(plainAddress(this.#client.remoteAddr.hostname), clock());
    return await dial(
      candidates,
      connectTries,
      (slot) => this.#isCut ? Promise.resolve(null) : attempts.make(slot, this.#client),
    );
  }

  async #waitForBackend(): Promise<boolean> {
    const { choice, changes, backendWaitMs, clock, waiting } = this.#options;
    waiting(1);
    try {
      return await waitForBackend({
        changes,
        available: () => choice.available,
        limitMs: backendWaitMs,
        clock,
      });
    } finally {
      waiting(-1);
    }
  }

  async #relay({ server, counted }: Reached): Promise<void> {
    const { counters, engine, clock, watched } = this.#options;
    this.#server = server;
    const traffic = new Traffic({ counters, counted, clock, cut: () => this.cut() });
    watched.add(traffic);
    // A client that was cut while its server was being connected is closed, so this ends at once.
    await engine.relay(this.#client, server, traffic);
    watched.delete(traffic);
    traffic.end();
  }
}
