import type { Clock } from "./clock.ts";
import type { Counted, Counters } from "./counters.ts";
import type { Watched } from "./idle_sweep.ts";
import type { Meter } from "./relay.ts";

/** What the traffic of a connection is written to, and what ends it. */
export interface TrafficOptions {
  readonly counters: Counters;
  readonly counted: Counted;
  /** When the server was connected, on the clock. */
  readonly at: number;
  readonly clock: Clock;
  /** Ends the connection. */
  readonly cut: () => void;
  /** Is told of the server's first byte. */
  readonly answered: (counted: Counted) => void;
}

/** The bytes of one connection as they pass: how many, how long the first one took, when none came. */
export class Traffic implements Meter, Watched {
  quietSweeps = 0;
  place = -1;
  readonly cut: () => void;
  readonly #counters: Counters;
  readonly #onAnswer: (counted: Counted) => void;
  #counted: Counted;
  readonly #clock: Clock;
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
  #ended = false;

  /** Begins when the server is connected. */
  constructor({ counters, counted, at, clock, cut, answered }: TrafficOptions) {
    this.cut = cut;
    this.#onAnswer = answered;
    this.#counters = counters;
    this.#counted = counted;
    this.#clock = clock;
    this.#askedAt = this.#begunAt = at;
    this.#place = counters.placeOf(counted);
  }

  /** Counts bytes that went to the server. */
  toServer(bytes: number): void {
    this.#stir();
    this.#counters.toServer(this.#counted, bytes);
    if (this.#owed) return;
    this.#owed = true;
    // The time a client takes before it asks is not the server's; a server may also speak first.
    this.#askedAt = this.#clock();
    this.#place = this.#counters.placeOf(this.#counted);
  }

  /** Counts bytes that came from the server. */
  fromServer(bytes: number): void {
    this.#stir();
    this.#counters.fromServer(this.#counted, bytes);
    if (this.#answered && !this.#owed) return;
    this.#owed = false;
    this.#timeAnswer();
  }

  #timeAnswer(): void {
    const now = this.#clock();
    const tookMs = now - this.#askedAt;
    this.#counters.pace(this.#counted, { tookMs, place: this.#place }, now);
    if (this.#answered) return;
    this.#answered = true;
    this.#counters.answer(this.#counted, tookMs);
    this.#onAnswer(this.#counted);
  }

  /** The client has sent its last byte; often it is gone altogether, which TCP does not tell. */
  clientFinished(): void {
    this.#owed = false;
  }

  /** The connection has been quiet for a while: unless the server owes an answer, it is dormant. */
  quiet(): void {
    if (this.#owed || this.#dormant || this.#ended) return;
    this.#dormant = true;
    this.#counters.doze(this.#counted);
  }

  #stir(): void {
    this.quietSweeps = 0;
    if (!this.#dormant) return;
    this.#dormant = false;
    this.#counters.rouse(this.#counted);
  }

  /** The server reset the connection before its first byte; says which one it was. */
  lose(): Counted {
    this.#ended = true;
    this.#counters.lose(this.#counted, { lastedMs: this.#lastedMs(), dormant: this.#dormant });
    return this.#counted;
  }

  /** Another server goes on in the place of the one that was lost, from a time on the clock on. */
  continueWith(counted: Counted, at: number): void {
    this.#ended = this.#dormant = false;
    this.#counted = counted;
    this.#askedAt = this.#begunAt = at;
    this.#place = this.#counters.placeOf(this.#counted);
  }

  #lastedMs(): number {
    return this.#clock() - this.#begunAt;
  }

  /** The connection has ended. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#counters.end(this.#counted, {
      answered: this.#answered,
      lastedMs: this.#lastedMs(),
      dormant: this.#dormant,
    });
  }
}
