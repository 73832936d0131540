/**
 * When to probe: every *t*, and twice as often while the set of servers is changing, as Windows NLB
 * does while its cluster converges.
 *
 * @module
 */

/** Rounds of calm after which the set of servers no longer counts as changing. */
const calmRounds = 3;

/** Smallest window over which agents spread their answers, in milliseconds (the founding design). */
const smallestWindowMs = 10;

/**
 * Milliseconds of window per server: a thousand servers answer over a quarter of a second. The kernel
 * keeps a few hundred answers for us; so spread, none is lost while we are kept from reading for the
 * time of a scheduler's turn or a garbage collection.
 */
const windowPerServerMs = 0.25;

/** A timer that comes this much of a period too late means that this machine itself was asleep. */
const stallShare = 0.5;

/** A short delay is ordinary scheduling, however short the period, in milliseconds. */
const ordinaryDelayMs = 100;

/** Length of a round in milliseconds. */
export function roundLength(
  intervalMs: number,
  { now, lastChange, unsettled }: { now: number; lastChange: number; unsettled: boolean },
): number {
  const changing = unsettled || now - lastChange < calmRounds * intervalMs;
  return changing ? intervalMs / 2 : intervalMs;
}

/**
 * The window over which agents are to spread their answers, in whole milliseconds. It leaves time in
 * the round to ask the silent ones again.
 */
export function answerWindow(servers: number, roundMs: number): number {
  const wanted = Math.max(smallestWindowMs, servers * windowPerServerMs);
  return Math.max(1, Math.floor(Math.min(wanted, roundMs / 4)));
}

/**
 * Whether a round ended so late that silence in it says nothing about the servers: this machine was
 * suspended or its event loop stood still, and answers may wait unread.
 */
export function isStalled(lateMs: number, roundMs: number): boolean {
  return lateMs > Math.max(roundMs * stallShare, ordinaryDelayMs);
}
