import type { FigureName } from "./figures.ts";

/** What an engine is to reach: at least, and what is aimed for. */
export interface Target {
  readonly atLeast: number;
  readonly aim: number;
}

/** A figure that is to be reached. */
export interface Aim {
  readonly title: string;
  readonly figure: FigureName;
  /** As a part of what the best of the others reaches, or as it is. */
  readonly of: "best" | "itself";
  readonly deno: Target;
  readonly epoll: Target;
}

/** The same for both engines. */
function both(atLeast: number, aim: number): Pick<Aim, "deno" | "epoll"> {
  return { deno: { atLeast, aim }, epoll: { atLeast, aim } };
}

/** What the relay is to reach with one thread, beside the best of HAProxy and nginx. */
export const aims: readonly Aim[] = [
  {
    title: "kept-alive requests/s",
    figure: "keptAliveRate",
    of: "best",
    deno: { atLeast: 0.8, aim: 0.9 },
    epoll: { atLeast: 1, aim: 1.1 },
  },
  { title: "bulk bytes/s, one stream", figure: "oneStreamRate", of: "best", ...both(1.5, 2) },
  { title: "bulk bytes/s, 64 streams", figure: "manyStreamsRate", of: "best", ...both(1.2, 1.5) },
  {
    title: "fresh connections/s",
    figure: "freshRate",
    of: "best",
    deno: { atLeast: 0.7, aim: 0.8 },
    epoll: { atLeast: 0.95, aim: 1.05 },
  },
  { title: "p99 latency at half load", figure: "p99", of: "best", ...both(1.2, 1) },
  {
    title: "CPU per kept-alive request",
    figure: "keptAliveCpu",
    of: "best",
    deno: { atLeast: 1.35, aim: 1.2 },
    epoll: { atLeast: 1, aim: 0.9 },
  },
  { title: "CPU per GiB, one stream", figure: "oneStreamCpu", of: "best", ...both(0.6, 0.45) },
  {
    title: "memory per idle connection, KiB",
    figure: "memoryEach",
    of: "itself",
    deno: { atLeast: 24, aim: 14 },
    epoll: { atLeast: 4, aim: 1 },
  },
  {
    title: "start to first relayed byte, executable not in memory, ms",
    figure: "coldStart",
    of: "itself",
    ...both(1200, 1200),
  },
];

/** CPU per fresh connection with two workers, as a part of what it is with one. */
export const secondWorkerAim: Target = { atLeast: 1.15, aim: 1.05 };
