import type { CutCause } from "../table/cuts.ts";
import type { Attempts, Reached } from "./attempt.ts";
import { waitForBackend } from "./backend_wait.ts";
import { clientHash } from "./client_hash.ts";
import type { Clock } from "./clock.ts";
import type { Counters } from "./counters.ts";
import type { DenseSet } from "./dense_set.ts";
import { Dial, type DialHost } from "./dial.ts";
import type { Connected, Engine, RelayHost } from "./engine.ts";
import type { Watched } from "./idle_sweep.ts";
import { Losses, type LossOptions } from "./losses.ts";
import type { OpenConnection } from "./open_connections.ts";
import { plainAddress } from "./plain_address.ts";
import { type CarriedConnection, Traffic } from "./traffic.ts";
import type { Trial, Trials } from "./trials.ts";
import type { Turns } from "./turns.ts";

/** How a server is chosen; `Selector` does it. */
export interface Choice {
  /** Whether any backend can be chosen, now or as soon as it has room. */
  readonly available: boolean;
  /** Whether a backend besides some may soon be chosen, though it cannot be now. */
  expectsAnother(isLeftOut: (slot: number) => boolean, now: number): boolean;
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
  /** The time with which the thread has kept up (`OwnTime`): clients' waits are measured by it. */
  readonly ownClock: Clock;
  /** Tells of changes of who may be chosen. */
  readonly changes: {
    readonly epoch: number;
    changeSince(seen: number, timeoutMs: number): Promise<void>;
  };
  /** How long a client is kept that no server takes. */
  readonly backendWaitMs: number;
  /** Counts clients that begin (+1) and cease (−1) to wait for a backend. */
  readonly waiting: (by: 1 | -1) => void;
  /** Is told that a connection is ended by us, before it is. */
  readonly cut: (cause: CutCause, connection: Connection) => void;
  /** The connections that relay now, whose silence is watched. */
  readonly watched: DenseSet<Watched>;
  /** How servers are treated that reset a connection before their first byte. */
  readonly losses: LossOptions;
  /** Where bytes go first that a server was lost over. */
  readonly trials: Trials;
  /** Is told that no server could be looked for. */
  readonly failed: (error: unknown) => void;
  /** Is told that a connection is over. */
  readonly ended: (connection: Connection) => void;
}

/**
 * How long to wait for a change before servers are tried again, in milliseconds; twice as long each
 * time, so that many clients that wait do not become a storm.
 */
const firstRetryPauseMs = 250;

/**
 * One client's connection, from its arrival to its end.
 *
 * Where a server is there and takes the client, as almost always, one call leads to the next and no
 * promise is made; only who has to wait is served by an asynchronous function.
 */
export class Connection implements OpenConnection, DialHost<Reached>, RelayHost, CarriedConnection {
  /** Its place among the open connections. */
  place = -1;
  /** The client's hash, from when there is a server on. */
  clientHash = 0;
  readonly #client: Connected;
  readonly #options: ConnectionOptions;
  /** The servers that may still be tried for this client, the best first, and how many of them. */
  #candidates: Iterator<number> | null = null;
  #triesLeft = 0;
  /** How many servers were tried since the last look for one began. */
  #tried = 0;
  #losses: Losses | null = null;
  #trial: Trial | null = null;
  /** Takes what the dial under way comes to. */
  #whenDialled: (reached: Reached | null) => void = () => {};
  #server: Connected | null = null;
  #traffic: Traffic | null = null;
  #isCut = false;
  #hasEnded = false;
  /** Ends the wait for a turn. */
  #giveUp: () => void = () => {};

  /** Takes charge of a client; nothing happens before {@linkcode Connection.serve}. */
  constructor(client: Connected, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
  }

  /** The client's end. */
  get client(): Connected {
    return this.#client;
  }

  /** The server's end; null before there is one. */
  get server(): Connected | null {
    return this.#server;
  }

  /** Whether its end is our doing. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** The bytes of this connection. */
  get meter(): Traffic {
    if (this.#traffic === null) throw new Error("Nothing is relayed before a server was reached");
    return this.#traffic;
  }

  /**
   * Finds a server and relays until both directions have ended; both ends are closed then.
   *
   * A client that no server takes is turned away with a reset: an end without a byte (FIN) could be
   * taken for an empty answer.
   */
  serve(): void {
    try {
      this.#client.setNoDelay();
      const { choice, clock, ownClock, changes, turns } = this.#options;
      const begun = ownClock();
      if (choice.available && (turns === null || turns.isFree)) {
        const seen = changes.epoch;
        this.#tryServers(clock(), (reached) => {
          if (reached !== null) this.#relay(reached);
          else if (this.#wasOvertaken) this.#serveLater(() => this.#reachServer(begun));
          else this.#serveLater(() => this.#tryAgain(begun, seen));
        });
      } else {
        this.#serveLater(() => this.#reachServer(begun));
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Has both sides asked whether they are still there; false where that is to be tried again. */
  keepAlive(): boolean {
    return this.#server === null || this.#options.engine.keepAlive(this.#client, this.#server);
  }

  /** Ends the connection, at whatever point it is, with resets: to be cut is no clean end. */
  cut(cause: CutCause): void {
    const { engine } = this.#options;
    this.#tellCut(cause);
    this.#isCut = true;
    this.#giveUp();
    engine.abort(this.#client, this.#server ?? undefined);
    if (this.#server) engine.abort(this.#server, this.#client);
  }

  /** Tells once of an end that is our doing. */
  #tellCut(cause: CutCause): void {
    if (this.#isCut || this.#hasEnded) return;
    this.#isCut = true;
    this.#options.cut(cause, this);
  }

  /** Serves a client that has to wait. */
  #serveLater(reach: () => Promise<Reached | null>): void {
    reach()
      .then((reached) => reached === null ? this.#turnAway() : this.#relay(reached))
      .catch((error) => this.#fail(error));
  }

  #turnAway(): void {
    this.#tellCut("no-server");
    this.#options.engine.abort(this.#client);
    this.ended();
  }

  #fail(error: unknown): void {
    try {
      this.cut("fault");
    } finally {
      this.#options.failed(error);
      this.ended();
    }
  }

  // ---------------------------------------------------------------- looking for a server

  /** Tries servers until one takes the client, or the client has waited long enough. */
  async #reachServer(begun: number): Promise<Reached | null> {
    const seen = this.#options.changes.epoch;
    const { reached, waitedMs } = await this.#tryOnce(begun);
    return reached ?? await this.#tryAgain(begun + waitedMs, seen);
  }

  /**
   * The same after no server took the client.
   *
   * @param begun Since when the client counts as one that no server takes.
   * @param seen The epoch before the last try.
   */
  async #tryAgain(begun: number, seen: number): Promise<Reached | null> {
    const { ownClock, changes, backendWaitMs } = this.#options;
    let since = begun;
    for (let epoch = seen, pauseMs = firstRetryPauseMs;; pauseMs *= 2) {
      const leftMs = since + backendWaitMs - ownClock();
      if (this.#isCut || this.#hasEnded || leftMs <= 0) return null;
      await this.#wait(() => changes.changeSince(epoch, Math.min(leftMs, pauseMs)));
      epoch = changes.epoch;
      await this.#beginTrial();
      const { reached, waitedMs } = await this.#tryOnce(since);
      if (reached) return reached;
      this.#trial?.end("unknown");
      if (!this.#mayFindAnother) return null;
      // A server that is full is no server that is missing: only the wait for those is limited.
      since += waitedMs;
    }
  }

  /** Waits for a server that may be chosen, and for one that has room, and tries as many as allowed. */
  async #tryOnce(begun: number): Promise<Turn> {
    const { choice, turns, backendWaitMs } = this.#options;
    const isHopeful = choice.available || await this.#waitForBackend(begun + backendWaitMs);
    if (!isHopeful || this.#isCut) return { reached: null, waitedMs: 0 };
    if (turns === null || turns.isFree) {
      const reached = await this.#tryNow();
      if (turns === null || !this.#wasOvertaken) return { reached, waitedMs: 0 };
    }
    return await this.#takeTurn(turns);
  }

  /** Whether servers had room, and other threads took it before one could be tried. */
  get #wasOvertaken(): boolean {
    const { choice, connectTries } = this.#options;
    return this.#triesLeft === connectTries && choice.available && !this.#isCut;
  }

  /** Tries servers as soon as one has room, those who came earlier first. */
  async #takeTurn(turns: Turns): Promise<Turn> {
    const { watched, ownClock } = this.#options;
    const begun = ownClock();
    const { promise, resolve } = Promise.withResolvers<void>();
    let reached: Promise<Reached | null> | null = null;
    const leave = turns.wait(() => {
      reached = this.#tryNow();
      if (this.#wasOvertaken) return false;
      resolve();
      return true;
    });
    this.#giveUp = () => {
      leave();
      resolve();
    };
    const patience: Watched = {
      place: -1,
      quietSweeps: 0,
      isSilent: false,
      slot: -1,
      quiet() {},
      cut: (cause) => this.cut(cause),
    };
    watched.add(patience);
    await this.#wait(() => promise);
    watched.delete(patience);
    const waitedMs = ownClock() - begun;
    return { reached: await reached, waitedMs };
  }

  #tryNow(): Promise<Reached | null> {
    const { clock } = this.#options;
    return new Promise((resolve) => this.#tryServers(clock(), resolve));
  }

  #tryServers(now: number, done: (reached: Reached | null) => void): void {
    const { choice, connectTries } = this.#options;
    this.#candidates = choice.candidates(this.#address, now)[Symbol.iterator]();
    this.#triesLeft = connectTries;
    this.#dial(done);
  }

  /** The client's address. */
  get #address(): string {
    return plainAddress(this.#client.remoteAddr.hostname);
  }

  #dial(done: (reached: Reached | null) => void): void {
    this.#tried = 0;
    this.#whenDialled = done;
    new Dial(this).start();
  }

  /** The next slot that may be tried for this client. */
  nextSlot(): number | null {
    if (this.#isCut || this.#triesLeft === 0 || this.#candidates === null) return null;
    const { counters } = this.#options;
    try {
      for (;;) {
        const { value, done } = this.#candidates.next();
        if (done) return null;
        if (this.#losses?.includes(value) || !counters.reserve(value)) continue;
        this.#triesLeft--;
        this.#tried++;
        return value;
      }
    } catch (error) {
      this.#fail(error);
      return null;
    }
  }

  /** Begins to connect to a slot. */
  attempt(slot: number, dial: Dial<Reached>, number: number): void {
    const { attempts, clock } = this.#options;
    try {
      attempts.begin({ slot, client: this.#client, dial, number, now: clock() });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Goes on with what the dial came to. */
  dialled(reached: Reached | null): void {
    try {
      this.#whenDialled(reached);
    } catch (error) {
      this.#fail(error);
    }
  }

  #waitForBackend(deadline: number): Promise<boolean> {
    const { choice, changes, ownClock } = this.#options;
    const available = () => choice.available;
    return this.#wait(() => waitForBackend({ changes, available, deadline, clock: ownClock }));
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

  /** The same after a server was lost: another one, also one that refuses only for the moment. */
  async #reachAnother(): Promise<Reached | null> {
    const { ownClock, changes } = this.#options;
    const [begun, seen] = [ownClock(), changes.epoch];
    await this.#beginTrial();
    const reached = await new Promise<Reached | null>((resolve) => this.#dial(resolve));
    if (reached !== null) return reached;
    this.#trial?.end("unknown");
    return this.#mayFindAnother ? await this.#tryAgain(begun, seen) : null;
  }

  /** Puts bytes on trial that a server was lost over. */
  async #beginTrial(): Promise<void> {
    if (this.#losses?.haveBytes) this.#trial = await this.#options.trials.begin();
  }

  /** Whether it is worth to wait for another server, after none took the client. */
  get #mayFindAnother(): boolean {
    const { choice, clock } = this.#options;
    const losses = this.#losses;
    if (losses === null || this.#tried > 0) return true;
    return choice.expectsAnother((slot) => losses.includes(slot), clock());
  }

  // ---------------------------------------------------------------- relaying

  #relay({ server, counted, at }: Reached): void {
    const { engine, watched } = this.#options;
    this.#server = server;
    this.clientHash = clientHash(this.#address);
    this.#traffic = new Traffic(this.#options, { counted, at, connection: this });
    watched.add(this.#traffic);
    // A client that was cut while its server was being connected is closed, so this ends at once.
    engine.relay(this.#client, server, this);
  }

  /** The server sent its first byte. */
  answered(): void {
    this.#trial?.end("answered");
    this.#losses?.answered();
  }

  /** The server reset the connection before its first byte: the next one, if there may be any. */
  async lost(keptBytes: number | null): Promise<Connected | null> {
    if (this.#isCut) return null;
    this.#trial?.end("reset");
    this.#losses ??= new Losses(this.#address, this.#options.losses);
    const mayGoOn = this.#losses.add(this.meter.lose(), keptBytes);
    const reached = mayGoOn ? await this.#reachAnother() : null;
    if (reached === null) {
      this.#losses.over();
      return null;
    }
    this.meter.continueWith(reached.counted, reached.at);
    this.#server = reached.server;
    // Cut meanwhile: whoever relays closes the server, and nobody else gives back what was counted.
    if (this.#hasEnded) this.meter.end();
    return reached.server;
  }

  /** Both ends are closed. */
  ended(): void {
    if (this.#traffic) {
      this.#options.watched.delete(this.#traffic);
      this.#traffic.end();
    }
    this.#trial?.end("unknown");
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#options.ended(this);
  }
}

/** What a client's turn brought it, and how long it waited for it, in milliseconds. */
interface Turn {
  readonly reached: Reached | null;
  readonly waitedMs: number;
}
