import { type Finding, ok } from "./finding.ts";

/**
 * Says what the machine's clock matters for: nothing that the programs measure or verify, as they go
 * by the monotonic clock and by sequence numbers.
 *
 * @param synchronised Whether the clock is known to be kept right; null where that cannot be told.
 */
export function checkClock(synchronised: boolean | null): Finding {
  const state = {
    true: "it is synchronised",
    false: "it is not synchronised",
    null: "whether it is synchronised cannot be told",
  }[`${synchronised}`];
  return ok("clock", `${state}; only the times in the log depend on it`);
}
