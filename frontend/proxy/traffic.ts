import type { Clock } from "./clock.ts";
import type { Counted, Counters } from "./counters.ts";
import type { CutCause } from "../table/cuts.ts";
import type { Watched } from "./idle_sweep.ts";
import type { Meter } from "./relay.ts";

/** What the traffic of all connections is written to. */
export interface TrafficParts {
  readonly counters: Counters;
  readonly clock: Clock;
}

/** Whose traffic it is. */
export interface TrafficOf {
  readonly counted: Counted;
  /** When the server was connected, on the clock. */
  readonly at: number;
  readonly connection: CarriedConnection;
}

/** A connection as its traffic knows it. */
export interface CarriedConnection {
  /** The client's hash. */
  readonly clientHash: number;
  /** The server's first byte came. */
  answered(): void;
  /** Ends it, and says why. */
  cut(cause: CutCause): void;
  /** Has both sides asked whether they are still there; false where that is to be tried again. */
  keepAlive(): boolean;
}

/** The bytes of one connection as they pass: how many, how long the first one took, when none came. */
export class Traffic implements Meter, Watched {
  quietSweeps = 0;
  isSilent = true;
  place = -1;
  readonly #parts: TrafficParts;
  readonly #connection: CarriedConnection;
  #counted: Counted;
  /** Since when the server has had the connection. */
  #begunAt: number;
  /** Since when the server has had something to answer. */
  #askedAt: number;
  /** The connection's place in the server's queue at that moment. */
  #place: number;
  #answered = false;
  /** The last byte went to the server, and the client still listens. */
  #owed = false;
  #dormant = false;
  #isKeptAlive = false;
  #ended = false;

  /** Begins when the server is connected. */
  constructor(parts: TrafficParts, { counted, at, connection }: TrafficOf) {
    this.#parts = parts;
    this.#connection = connection;
    this.#counted = counted;
    this.#askedAt = this.#begunAt = at;
    this.#place = parts.counters.placeOf(counted);
  }

  /** Ends the connection. */
  cut(cause: CutCause): void {
    this.#connection.cut(cause);
  }

  /** The server's slot. */
  get slot(): number {
    return this.#counted.slot;
  }

  /** Counts bytes that went to the server. */
  toServer(bytes: number): void {
    this.#stir();
    this.#parts.counters.toServer(this.#counted, bytes);
    if (this.#owed) return;
    this.#owed = true;
    // The time a client takes before it asks is not the server's; a server may also speak first.
    this.#askedAt = this.#parts.clock();
    this.#place = this.#parts.counters.placeOf(this.#counted);
  }

  /** Counts bytes that came from the server. */
  fromServer(bytes: number): void {
    this.#stir();
    this.#parts.counters.fromServer(this.#counted, bytes);
    if (this.#answered && !this.#owed) return;
    this.#owed = false;
    this.#timeAnswer();
  }

  #timeAnswer(): void {
    const now = this.#parts.clock();
    const tookMs = now - this.#askedAt;
    const { counters } = this.#parts;
    counters.pace(this.#counted, { tookMs, place: this.#place }, now);
    const { clientHash: client } = this.#connection;
    const isFirst = !this.#answered;
    this.#answered = true;
    if (isFirst) counters.answer(this.#counted, tookMs, client, now);
    counters.serve(this.#counted, { client, begunAt: this.#begunAt }, now);
    if (isFirst) this.#connection.answered();
  }

  #paceUnanswered(): void {
    const now = this.#parts.clock();
    this.#parts.counters.pace(
      this.#counted,
      { tookMs: now - this.#askedAt, place: this.#place },
      now,
    );
  }

  /** The client has sent its last byte; often it is gone altogether, which TCP does not tell. */
  clientFinished(): void {
    this.#owed = false;
  }

  /** The connection has been quiet for a while: unless the server owes an answer, it is dormant. */
  quiet(): void {
    if (this.#ended) return;
    if (!this.#isKeptAlive) this.#isKeptAlive = this.#connection.keepAlive();
    if (this.#owed || this.#dormant) return;
    this.#dormant = true;
    this.#parts.counters.doze(this.#counted);
  }

  #stir(): void {
    this.quietSweeps = 0;
    this.isSilent = false;
    if (!this.#dormant) return;
    this.#dormant = false;
    this.#parts.counters.rouse(this.#counted);
  }

  /** The server reset the connection before its first byte; says which one it was. */
  lose(): Counted {
    this.#ended = true;
    this.#parts.counters.lose(this.#counted, {
      lastedMs: this.#lastedMs(),
      dormant: this.#dormant,
    });
    return this.#counted;
  }

  /** Another server goes on in the place of the one that was lost, from a time on the clock on. */
  continueWith(counted: Counted, at: number): void {
    this.#ended = this.#dormant = this.#isKeptAlive = false;
    this.#counted = counted;
    this.#askedAt = this.#begunAt = at;
    this.#place = this.#parts.counters.placeOf(this.#counted);
  }

  #lastedMs(): number {
    return this.#parts.clock() - this.#begunAt;
  }

  /** The connection has ended. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.#answered && this.#owed) this.#paceUnanswered();
    this.#parts.counters.end(this.#counted, {
      answered: this.#answered,
      lastedMs: this.#lastedMs(),
      dormant: this.#dormant,
    });
  }
}
