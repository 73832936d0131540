import type { CutCause } from "../table/cuts.ts";
import type { Member } from "./dense_set.ts";

/** A connection whose silence is watched. */
export interface Watched extends Member {
  /** Sweeps since a byte last passed; whoever passes one sets it to 0. */
  quietSweeps: number;
  /** Whether neither side has ever sent a byte. */
  readonly isSilent: boolean;
  /** The slot of its server, −1 while it has none. */
  readonly slot: number;
  /** It has been quiet for a while, if not for long enough to be cut; told by every sweep. */
  quiet(): void;
  /** Ends the connection, and says why. */
  cut(cause: CutCause): void;
}

/** How often to sweep, and how many quiet sweeps a connection may see. */
export interface SweepPlan {
  /** Milliseconds from one sweep to the next. */
  readonly intervalMs: number;
  readonly quietSweeps: number;
  /** After how many of them it is said to be quiet. */
  readonly quietAfter: number;
  /** After how many of them one on which no byte ever passed has to give way to others. */
  readonly silentSweeps: number;
}

/** Seldom enough for an idle thread, and often enough for what else goes by the same timer, in ms. */
const longestIntervalMs = 500;

/** How long a connection that is alive may be quiet before that is told, in milliseconds. */
const quietMs = 2_000;

/**
 * How to find connections that were quiet for `idleTimeoutMs`, with one timer for all of them.
 *
 * The sweep comes ten times in that time, but not more than ten times a second and at least twice. A
 * connection is never cut early, and at most two intervals late. Time is counted in sweeps: while the
 * thread stands still, what was sent meanwhile waits to be read.
 *
 * @param silentMs After how long a connection on which no byte ever passed gives way to others.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { planSweep } from "./idle_sweep.ts";
 *
 * assertEquals(planSweep(600_000, 3_000), {
 *   intervalMs: 500,
 *   quietSweeps: 1_200,
 *   quietAfter: 4,
 *   silentSweeps: 6,
 * });
 * ```
 */
export function planSweep(idleTimeoutMs: number, silentMs: number): SweepPlan {
  const intervalMs = Math.min(Math.max(Math.ceil(idleTimeoutMs / 10), 100), longestIntervalMs);
  return {
    intervalMs,
    quietSweeps: Math.ceil(idleTimeoutMs / intervalMs),
    quietAfter: Math.ceil(quietMs / intervalMs),
    silentSweeps: Math.ceil(silentMs / intervalMs),
  };
}

/**
 * Goes over the connections once and cuts those that were quiet for too long, and those that never
 * carried a byte while others wait for their place.
 *
 * The first sweep that finds a connection quiet may come right after its last byte, hence the one
 * more that is granted.
 *
 * @param isWanted Whether a client waits that could have the place of a connection to a slot.
 * @returns how many were cut.
 */
export function sweep(
  watched: Iterable<Watched>,
  plan: SweepPlan,
  isWanted: (slot: number) => boolean,
): number {
  let cut = 0;
  for (const connection of watched) {
    const sweeps = ++connection.quietSweeps;
    if (sweeps > plan.quietAfter) connection.quiet();
    const cause = causeToCut(connection, plan, isWanted);
    if (cause === null) continue;
    connection.cut(cause);
    cut++;
  }
  return cut;
}

function causeToCut(
  { quietSweeps, isSilent, slot }: Watched,
  plan: SweepPlan,
  isWanted: (slot: number) => boolean,
): CutCause | null {
  if (quietSweeps > plan.quietSweeps) return "idle";
  const isTooSilent = isSilent && quietSweeps > plan.silentSweeps;
  return isTooSilent && isWanted(slot) ? "silent" : null;
}
