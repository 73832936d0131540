import type { FrontendStatus } from "../status.ts";
import { EventLog } from "./event_log.ts";
import { encodeEvent, EventStream } from "./event_stream.ts";
import type { BackendFigures } from "../table/backend_status.ts";
import { History, type OverviewFigures } from "./history.ts";

/** Changes of state within this time are told together, in milliseconds. */
const togetherMs = 100;

/** Samples are at least this far apart, in milliseconds: asked for more often, it takes fewer. */
const leastSampleMs = 900;

/** What an observer looks at. */
export interface ObserverOptions {
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** What the front end knows at this moment. */
  readonly status: () => FrontendStatus;
  /** What is kept of every backend, by its id: less than the status, as it is asked for for ever. */
  readonly figures: () => readonly (readonly [string, BackendFigures])[];
  /** New connections a second, null until it is known. */
  readonly connectionsPerSecond: () => number | null;
}

/** What subscribers are told: all that the front end knows. */
export interface Snapshot extends FrontendStatus {
  /** When this was so, in monotonic milliseconds. */
  readonly now: number;
  readonly rates: OverviewFigures;
}

/** Remembers what the front end was like, and tells whoever listens what it is like now. */
export class Observer {
  /** The samples of the last ten minutes. */
  readonly history: History = new History();
  /** What happened of late. */
  readonly log: EventLog;
  readonly #options: ObserverOptions;
  readonly #stream: EventStream = new EventStream();
  #sampledAt = -Infinity;
  #soon: ReturnType<typeof setTimeout> | undefined;

  /** Makes an observer that has not looked yet. */
  constructor(options: ObserverOptions) {
    this.#options = options;
    this.log = new EventLog({
      clock: options.clock,
      onEvent: (event) => {
        this.#stream.send("happened", event);
        if (event.state !== null) this.#tellSoon();
      },
    });
  }

  /** Takes a sample, which also shows subscribers that they are still connected. */
  sample(): void {
    const now = this.#options.clock();
    if (now - this.#sampledAt < leastSampleMs) return;
    this.#sampledAt = now;
    const figures = this.#options.figures();
    this.history.add(Math.round(now), this.#rates(figures), figures);
    if (this.#stream.size > 0) this.#stream.send("sample", this.snapshot());
  }

  /** Tells subscribers soon that something has changed that is no event. */
  changed(): void {
    this.#tellSoon();
  }

  /** A stream for one more subscriber; null where there are too many. */
  subscribe(): ReadableStream<Uint8Array> | null {
    return this.#stream.subscribe(encodeEvent("state", this.snapshot()));
  }

  /** Ends the streams of all subscribers. */
  close(): void {
    clearTimeout(this.#soon);
    this.#stream.close();
  }

  /** What the front end is like now. */
  snapshot(): Snapshot {
    const { clock, status, figures } = this.#options;
    return { now: Math.round(clock()), rates: this.#rates(figures()), ...status() };
  }

  #rates(figures: readonly (readonly [string, BackendFigures])[]): OverviewFigures {
    return {
      connectionsPerSecond: this.#options.connectionsPerSecond(),
      inBps: sumOfKnown(figures.map(([, { inBps }]) => inBps)),
      outBps: sumOfKnown(figures.map(([, { outBps }]) => outBps)),
    };
  }

  #tellSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      if (this.#stream.size > 0) this.#stream.send("state", this.snapshot());
    }, togetherMs);
  }
}

function sumOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
