import type { Member } from "./dense_set.ts";

/** A connection whose silence is watched. */
export interface Watched extends Member {
  /** Sweeps since a byte last passed; whoever passes one sets it to 0. */
  quietSweeps: number;
  /** It has been quiet for a while, if not for long enough to be cut; told by every sweep. */
  quiet(): void;
  /** Ends the connection. */
  cut(): void;
}

/** How often to sweep, and how many quiet sweeps a connection may see. */
export interface SweepPlan {
  /** Milliseconds from one sweep to the next. */
  readonly intervalMs: number;
  readonly quietSweeps: number;
  /** After how many of them it is said to be quiet. */
  readonly quietAfter: number;
}

/** Seldom enough for an idle thread, and often enough for what else goes by the same timer, in ms. */
const longestIntervalMs = 500;

/** How long a connection that is alive may be quiet before that is told, in milliseconds. */
const quietMs = 2_000;

/**
 * How to find connections that were silent for `idleTimeoutMs`, with one timer for all of them.
 *
 * The sweep comes ten times in that time, but not more than ten times a second and at least twice. A
 * connection is never cut early, and at most two intervals late.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { planSweep } from "./idle_sweep.ts";
 *
 * assertEquals(planSweep(600_000), {
 *   intervalMs: 500,
 *   quietSweeps: 1_200,
 *   quietAfter: 4,
 * });
 * ```
 */
export function planSweep(idleTimeoutMs: number): SweepPlan {
  const intervalMs = Math.min(Math.max(Math.ceil(idleTimeoutMs / 10), 100), longestIntervalMs);
  return {
    intervalMs,
    quietSweeps: Math.ceil(idleTimeoutMs / intervalMs),
    quietAfter: Math.ceil(quietMs / intervalMs),
  };
}

/**
 * Goes over the connections once and cuts those that were silent for too long.
 *
 * The first sweep that finds a connection quiet may come right after its last byte, hence the one
 * more that is granted.
 *
 * @returns how many were cut.
 */
export function sweep(watched: Iterable<Watched>, plan: SweepPlan): number {
  let cut = 0;
  for (const connection of watched) {
    const sweeps = ++connection.quietSweeps;
    if (sweeps > plan.quietAfter) connection.quiet();
    if (sweeps <= plan.quietSweeps) continue;
    connection.cut();
    cut++;
  }
  return cut;
}
