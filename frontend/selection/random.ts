import { drawSlot } from "./draw.ts";
import type { Policy } from "./policy.ts";

/**
 * Any server, each with the same probability.
 *
 * It needs to know nothing and so is never misled: the yardstick for all others (Eager, Lazowska and
 * Zahorjan, "Adaptive Load Sharing in Homogeneous Distributed Systems", 1986).
 */
export function randomChoice(): Policy {
  return { pick: (slots, _backends, { random }) => drawSlot(slots, random) };
}
