import type { FrontendStatus } from "../status.ts";
import { EventLog } from "./event_log.ts";
import { encodeEvent, EventStream } from "./event_stream.ts";
import { type BackendFigures, History, type OverviewFigures } from "./history.ts";
import type { BackendStatus } from "../table/backend_status.ts";

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
    const snapshot = this.snapshot();
    const { backends, rates } = snapshot;
    this.history.add(snapshot.now, rates, backends.map((one) => [one.id, figuresOf(one)]));
    this.#stream.send("sample", snapshot);
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
    const { clock, status, connectionsPerSecond } = this.#options;
    const present = status();
    const bandwidths = present.backends.map(({ bandwidth }) => bandwidth);
    return {
      now: Math.round(clock()),
      rates: {
        connectionsPerSecond: connectionsPerSecond(),
        inBps: sumOfKnown(bandwidths.map(({ inBps }) => inBps)),
        outBps: sumOfKnown(bandwidths.map(({ outBps }) => outBps)),
      },
      ...present,
    };
  }

  #tellSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#stream.send("state", this.snapshot());
    }, togetherMs);
  }
}

function figuresOf({ cpu, ram, rttMs, bandwidth, share }: BackendStatus): BackendFigures {
  return { cpu, ram, rttMs, ...bandwidth, share };
}

function sumOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
