import type { Contender } from "./contender.ts";
import type { FigureName, Sample } from "./figures.ts";
import type { Placement } from "./placement.ts";

/** A contender as results name it. */
export interface Measured extends Pick<Contender, "name" | "role" | "settings"> {
  /** One for each round, in their order. */
  readonly samples: readonly Sample[];
}

/** Contenders that were measured in turn, in the same rounds. */
export interface Group {
  readonly title: string;
  readonly placement: Placement;
  /** The part of a processor that a load balancer may use for each of its threads. */
  readonly shareCores: number;
  /** The rate at which latency was measured, in requests per second; null where it was not. */
  readonly latencyRate: number | null;
  readonly measured: readonly Measured[];
}

/** All that a run has found. */
export interface Results {
  readonly command: string;
  /** The machine and its kernel, and the versions of all that took part, a line each. */
  readonly circumstances: readonly string[];
  readonly rounds: number;
  /** How long each step took, in seconds. */
  readonly seconds: number;
  readonly groups: readonly Group[];
}

/** The values of a figure, round by round; a round that has none is left out. */
export function valuesOf({ samples }: Measured, figure: FigureName): number[] {
  return samples.map((sample) => sample[figure]).filter((value) => value !== undefined);
}
