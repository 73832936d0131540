import type { Clock } from "./clock.ts";

/** What a client waits for. */
export interface BackendWait {
  /** Tells of changes of who may be chosen; the state table does. */
  readonly changes: {
    readonly epoch: number;
    changeSince(seen: number, timeoutMs: number): Promise<void>;
  };
  /** Whether a backend can be chosen now. */
  readonly available: () => boolean;
  /** Until when it waits at most, on the clock. */
  readonly deadline: number;
  readonly clock: Clock;
}

/**
 * Waits until a backend can be chosen.
 *
 * @returns Whether one can; false after the deadline.
 */
export async function waitForBackend(
  { changes, available, deadline, clock }: BackendWait,
): Promise<boolean> {
  for (;;) {
    // Read before looking: a change in between then ends the wait at once.
    const seen = changes.epoch;
    if (available()) return true;
    const leftMs = deadline - clock();
    if (leftMs <= 0) return false;
    await changes.changeSince(seen, leftMs);
  }
}
