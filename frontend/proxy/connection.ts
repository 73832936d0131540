import type { Attempts, Reached } from "./attempt.ts";
import { waitForBackend } from "./backend_wait.ts";
import type { Clock } from "./clock.ts";
import type { Counters } from "./counters.ts";
import type { DenseSet } from "./dense_set.ts";
import { dial } from "./dial.ts";
import type { Connected, Engine } from "./engine.ts";
import type { Watched } from "./idle_sweep.ts";
import { plainAddress } from "./plain_address.ts";
import { Traffic } from "./traffic.ts";
import type { Turns } from "./turns.ts";

/** How a server is chosen; `Selector` does it. */
export interface Choice {
  /** Whether any backend can be chosen, now or as soon as it has room. */
  readonly available: boolean;
  /** Slots in order of preference, worked out one by one as they are asked for. */
  candidates(client: string, now: number): Iterable<number>;
}

/** What the connections of one listener share. */
export interface ConnectionOptions {
  readonly choice: Choice;
  /** The queue of clients where servers may have a limited number of connections, else null. */
  readonly turns: Turns | null;
  readonly attempts: Attempts;
  /** How many servers are tried for one client before it waits for better times. */
  readonly connectTries: number;
  readonly counters: Counters;
  readonly engine: Engine;
  readonly clock: Clock;
  /** Tells of changes of who may be chosen. */
  readonly changes: {
    readonly epoch: number;
    changeSince(seen: number, timeoutMs: number): Promise<void>;
  };
  /** How long a client is kept that no server takes. */
  readonly backendWaitMs: number;
  /** Counts clients that begin (+1) and cease (−1) to wait for a backend. */
  readonly waiting: (by: 1 | -1) => void;
  /** Counts a client that is turned away. */
  readonly refused: () => void;
  /** The connections that relay now, whose silence is watched. */
  readonly watched: DenseSet<Watched>;
}

/**
 * How long to wait for a change before servers are tried again, in milliseconds; twice as long each
 * time, so that many clients that wait do not become a storm.
 */
const firstRetryPauseMs = 250;

/** One client's connection, from its arrival to its end. */
export class Connection {
  /** Its place among the open connections. */
  place = -1;
  readonly #client: Connected;
  readonly #options: ConnectionOptions;
  /** The servers that may still be tried for this client, the best first. */
  #candidates: Iterator<number> = [].values();
  #server: Connected | null = null;
  #isCut = false;
  /** Ends the wait for a turn. */
  #giveUp: () => void = () => {};

  /** Takes charge of a client; nothing happens before {@linkcode Connection.serve}. */
  constructor(client: Connected, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
  }

  /**
   * Finds a server and relays until both directions have ended; both ends are closed then.
   *
   * A client that no server takes is turned away with a reset: an end without a byte (FIN) could be
   * taken for an empty answer.
   *
   * @throws {Error} If no server could be looked for; the client is left to be cut.
   */
  async serve(): Promise<void> {
    const reached = await this.#reachServer();
    if (reached) return await this.#relay(reached);
    if (!this.#isCut) this.#options.refused();
    this.#options.engine.abort(this.#client);
  }

  /** Ends the connection, at whatever point it is, with resets: to be cut is no clean end. */
  cut(): void {
    const { engine } = this.#options;
    this.#isCut = true;
    this.#giveUp();
    engine.abort(this.#client, this.#server ?? undefined);
    if (this.#server) engine.abort(this.#server, this.#client);
  }

  /** Tries servers until one takes the client, or the client has waited long enough. */
  async #reachServer(): Promise<Reached | null> {
    const { choice, clock, changes, turns, backendWaitMs } = this.#options;
    this.#client.setNoDelay();
    let deadline = clock() + backendWaitMs;
    for (let pauseMs = firstRetryPauseMs;; pauseMs *= 2) {
      const seen = changes.epoch;
      const isHopeful = choice.available || await this.#waitForBackend(deadline);
      if (isHopeful && !this.#isCut) {
        const turn = turns === null || turns.isFree
          ? { reached: this.#tryServers(), waitedMs: 0 }
          : await this.#takeTurn(turns);
        // A server that is full is no server that is missing: only the wait for those is limited.
        deadline += turn.waitedMs;
        const reached = await turn.reached;
        if (reached) return reached;
      }
      const leftMs = deadline - clock();
      if (this.#isCut || leftMs <= 0) return null;
      await this.#wait(() => changes.changeSince(seen, Math.min(leftMs, pauseMs)));
    }
  }

  /**
   * Tries servers as soon as one has room, those who came earlier first.
   *
   * @returns the attempt, under way, null where the client was cut before; and how long that took.
   */
  async #takeTurn(
    turns: Turns,
  ): Promise<{ readonly reached: Promise<Reached | null> | null; readonly waitedMs: number }> {
    const { watched, clock } = this.#options;
    const begun = clock();
    const { promise, resolve } = Promise.withResolvers<void>();
    let reached: Promise<Reached | null> | null = null;
    const leave = turns.wait(() => {
      reached = this.#tryServers();
      resolve();
    });
    this.#giveUp = () => {
      leave();
      resolve();
    };
    const patience = { place: -1, quietSweeps: 0, quiet() {}, cut: () => this.cut() };
    watched.add(patience);
    await this.#wait(() => promise);
    watched.delete(patience);
    return { reached, waitedMs: clock() - begun };
  }

  #tryServers(): Promise<Reached | null> {
    const { choice, connectTries, clock } = this.#options;
    const client = plainAddress(this.#client.remoteAddr.hostname);
    this.#candidates = Iterator.from(choice.candidates(client, clock())).take(connectTries);
    return this.#dial();
  }

  #dial(): Promise<Reached | null> {
    const { attempts } = this.#options;
    return dial(this.#candidates, {
      attempt: (slot, race) =>
        this.#isCut ? Promise.resolve(null) : attempts.make(slot, this.#client, race),
      whenSlow: (slot, slow) => attempts.whenSlow(slot, slow),
    });
  }

  #waitForBackend(deadline: number): Promise<boolean> {
    const { choice, changes, clock } = this.#options;
    const available = () => choice.available;
    return this.#wait(() => waitForBackend({ changes, available, deadline, clock }));
  }

  /** Counts the client as waiting while something lasts. */
  async #wait<Value>(something: () => Promise<Value>): Promise<Value> {
    const { waiting } = this.#options;
    waiting(1);
    try {
      return await something();
    } finally {
      waiting(-1);
    }
  }

  async #relay({ server, counted, at }: Reached): Promise<void> {
    const { attempts, counters, engine, clock, watched } = this.#options;
    this.#server = server;
    const traffic = new Traffic({
      counters,
      counted,
      at,
      clock,
      cut: () => this.cut(),
      answered: (counted) => attempts.answered(counted),
    });
    watched.add(traffic);
    // A client that was cut while its server was being connected is closed, so this ends at once.
    await engine.relay(this.#client, server, {
      meter: traffic,
      lost: (canReplay) => this.#replaceServer(traffic, canReplay),
    });
    watched.delete(traffic);
    traffic.end();
  }

  /** The server reset the connection before its first byte: the next one, if there is any. */
  async #replaceServer(traffic: Traffic, canReplay: boolean): Promise<Connected | null> {
    if (this.#isCut) return null;
    this.#options.attempts.lost(traffic.lose());
    const reached = canReplay ? await this.#dial() : null;
    if (reached === null) return null;
    traffic.continueWith(reached.counted, reached.at);
    this.#server = reached.server;
    return reached.server;
  }
}
