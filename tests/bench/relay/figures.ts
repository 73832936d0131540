/** One thing that is measured. */
export interface Figure {
  /** What it is, with its unit, as a row of a table begins. */
  readonly title: string;
  readonly better: "more" | "less";
  /** How many digits behind the point are worth showing. */
  readonly digits: number;
}

/** Everything that is measured of a contender, in the order of the tables. */
export const figures = {
  keptAliveRate: { title: "kept-alive requests/s", better: "more", digits: 0 },
  freshRate: { title: "fresh connections/s", better: "more", digits: 0 },
  oneStreamRate: { title: "bulk, one stream, GiB/s", better: "more", digits: 2 },
  bothWaysRate: { title: "bulk, one stream each way, GiB/s", better: "more", digits: 2 },
  manyStreamsRate: { title: "bulk, 64 streams, GiB/s", better: "more", digits: 2 },
  keptAliveCpu: { title: "CPU s per 100,000 kept-alive requests", better: "less", digits: 2 },
  freshCpu: { title: "CPU s per 10,000 fresh connections", better: "less", digits: 2 },
  oneStreamCpu: { title: "CPU s per GiB, one stream", better: "less", digits: 2 },
  bothWaysCpu: { title: "CPU s per GiB, one stream each way", better: "less", digits: 2 },
  manyStreamsCpu: { title: "CPU s per GiB, 64 streams", better: "less", digits: 2 },
  p50: { title: "latency at half load, p50, ms", better: "less", digits: 2 },
  p99: { title: "latency at half load, p99, ms", better: "less", digits: 2 },
  p999: { title: "latency at half load, p99.9, ms", better: "less", digits: 2 },
  memoryAtRest: { title: "memory without connections, MiB", better: "less", digits: 1 },
  memoryWithSome: { title: "memory with 1,000 idle connections, MiB", better: "less", digits: 1 },
  memoryWithMany: { title: "memory with 9,000 idle connections, MiB", better: "less", digits: 1 },
  memoryEach: { title: "memory per idle connection, KiB", better: "less", digits: 1 },
  start: { title: "start to first relayed byte, ms", better: "less", digits: 0 },
  coldStart: { title: "the same, executable not in memory, ms", better: "less", digits: 0 },
  failed: { title: "failed requests", better: "less", digits: 0 },
} as const satisfies Readonly<Record<string, Figure>>;

/** The name of a figure. */
export type FigureName = keyof typeof figures;

/** What one round gave for a contender. */
export type Sample = Readonly<Partial<Record<FigureName, number>>>;
