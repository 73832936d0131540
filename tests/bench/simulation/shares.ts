import type { Run } from "./run_scenario.ts";

/** Connections of each server in some seconds of a run. */
function sums(connections: Run["connections"], fromSecond: number, toSecond: number): number[] {
  const all: number[] = [];
  for (const second of connections.slice(fromSecond, toSecond)) {
    for (const [place, count] of second.entries()) all[place] = (all[place] ?? 0) + count;
  }
  return all;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * How many times as many connections as the idlest server the busiest one got.
 *
 * @param fromMs Connections count from then on, in milliseconds after the first one.
 */
export function busiestToIdlest({ connections }: Run, fromMs: number): number {
  const counts = sums(connections, Math.floor(fromMs / 1_000), connections.length);
  return Math.max(...counts) / Math.min(...counts);
}

/** A window in which a share is measured, in seconds. */
const windowSeconds = 10;
/** After so many seconds a server that has broken is to be found out. */
const graceSeconds = 2;

/**
 * The greatest part of the new connections that the first server gets in any ten seconds, from two
 * seconds after it broke to the end.
 *
 * @param brokenFromMs When it broke, and when connections ceased to arrive: milliseconds after the first.
 */
export function worstShare(
  { connections }: Run,
  { brokenFromMs, lengthMs }: { readonly brokenFromMs: number; readonly lengthMs: number },
): number {
  const end = Math.floor(lengthMs / 1_000);
  let worst = 0;
  for (
    let first = Math.ceil(brokenFromMs / 1_000) + graceSeconds;
    first + windowSeconds <= end;
    first++
  ) {
    const counts = sums(connections, first, first + windowSeconds);
    worst = Math.max(worst, (counts[0] ?? 0) / total(counts));
  }
  return worst;
}
