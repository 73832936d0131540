import type { BackendFigures } from "../table/backend_status.ts";

/** The figures that are kept of every backend, and how many decimals of them are told. */
const backendSeries = { cpu: 4, ram: 4, rttMs: 3, inBps: 0, outBps: 0, share: 4 } as const;

/** The figures that are kept of the front end as a whole, likewise. */
const overviewSeries = { connectionsPerSecond: 2, inBps: 0, outBps: 0 } as const;

/** One sample of the front end as a whole. */
export type OverviewFigures = Readonly<Record<keyof typeof overviewSeries, number | null>>;

/** Samples of several figures, oldest first. */
export type Series<Name extends string> = Readonly<Record<Name, readonly (number | null)[]>>;

/** Samples that follow one another, counted from the first that was ever taken. */
export interface SampleRange {
  readonly from: number;
  /** One more than the last. */
  readonly to: number;
}

/** How much is kept. */
export interface HistoryOptions {
  /** Samples; ten minutes of them unless it is given. */
  readonly samples?: number;
  /** Backends; for further ones those make room that left the table, the first of them first. */
  readonly backends?: number;
}

/** The samples of a set of figures: a ring for each. */
class Rings<Name extends string> {
  readonly #capacity: number;
  readonly #decimals: Readonly<Record<Name, number>>;
  readonly #rings: ReadonlyMap<Name, Float32Array>;

  constructor(decimals: Readonly<Record<Name, number>>, capacity: number) {
    this.#capacity = capacity;
    this.#decimals = decimals;
    const names = Object.keys(decimals) as Name[];
    this.#rings = new Map(names.map((name) => [name, new Float32Array(capacity).fill(NaN)]));
  }

  /** Writes a sample over the one that is `capacity` older; null: nothing is known. */
  write(index: number, figures: Readonly<Record<Name, number | null>> | null): void {
    for (const [name, ring] of this.#rings) {
      ring[index % this.#capacity] = figures?.[name] ?? NaN;
    }
  }

  /** What was written over since the range was taken, before `oldest`, is not known any more. */
  read({ from, to }: SampleRange, oldest: number): Series<Name> {
    const series = [...this.#rings].map(([name, ring]) => {
      const scale = 10 ** this.#decimals[name];
      const values = Array.from({ length: to - from }, (_, offset) => {
        const index = from + offset;
        const value = index < oldest ? NaN : ring[index % this.#capacity] ?? NaN;
        return Number.isNaN(value) ? null : Math.round(value * scale) / scale;
      });
      return [name, values];
    });
    return Object.fromEntries(series);
  }
}

/** What is kept of one backend. */
interface BackendHistory {
  readonly rings: Rings<keyof typeof backendSeries>;
  /** The last sample in which it was in the table. */
  lastSeen: number;
}

/**
 * The samples of the last ten minutes, taken about once a second: in single precision, 14 KB for a
 * backend.
 *
 * A backend that left the table is kept until its last sample has become too old, so that one that
 * returns has its past. `at` and `now` are monotonic milliseconds throughout.
 */
export class History {
  readonly #capacity: number;
  readonly #mostBackends: number;
  readonly #times: Float64Array;
  readonly #overview: Rings<keyof typeof overviewSeries>;
  readonly #backends = new Map<string, BackendHistory>();
  #count = 0;

  /** Makes a history without samples. */
  constructor({ samples = 600, backends = 2_048 }: HistoryOptions = {}) {
    this.#capacity = samples;
    this.#mostBackends = backends;
    this.#times = new Float64Array(samples);
    this.#overview = new Rings(overviewSeries, samples);
  }

  /** The samples that are kept. */
  get range(): SampleRange {
    return { from: Math.max(0, this.#count - this.#capacity), to: this.#count };
  }

  /** The backends of which there are samples. */
  get ids(): string[] {
    return [...this.#backends.keys()];
  }

  /** Takes a sample of everything. */
  add(
    at: number,
    overview: OverviewFigures,
    backends: Iterable<readonly [string, BackendFigures]>,
  ): void {
    const index = this.#count++;
    this.#times[index % this.#capacity] = at;
    this.#overview.write(index, overview);
    for (const [id, figures] of backends) this.#write(id, figures, index);
    for (const [id, { rings, lastSeen }] of this.#backends) {
      if (lastSeen < this.range.from) this.#backends.delete(id);
      else if (lastSeen < index) rings.write(index, null);
    }
  }

  #write(id: string, figures: BackendFigures, index: number): void {
    const known = this.#backends.get(id);
    if (known === undefined && !this.#makeRoom(index)) return;
    const backend = known ?? { rings: new Rings(backendSeries, this.#capacity), lastSeen: index };
    backend.rings.write(index, figures);
    backend.lastSeen = index;
    this.#backends.set(id, backend);
  }

  #makeRoom(index: number): boolean {
    if (this.#backends.size < this.#mostBackends) return true;
    let [gone, goneSince] = ["", index - 1];
    for (const [id, { lastSeen }] of this.#backends) {
      if (lastSeen < goneSince) [gone, goneSince] = [id, lastSeen];
    }
    return this.#backends.delete(gone);
  }

  /** When the samples of a range were taken. */
  times({ from, to }: SampleRange): number[] {
    return Array.from({ length: to - from }, (_, offset) => {
      return Math.round(this.#times[(from + offset) % this.#capacity] ?? NaN);
    });
  }

  /** The samples of the front end as a whole. */
  overview(range: SampleRange): Series<keyof typeof overviewSeries> {
    return this.#overview.read(range, this.range.from);
  }

  /** The samples of a backend; null where there are none. */
  backend(id: string, range: SampleRange): Series<keyof typeof backendSeries> | null {
    return this.#backends.get(id)?.rings.read(range, this.range.from) ?? null;
  }
}
