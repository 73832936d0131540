import { adaptive } from "../../../frontend/selection/adaptive.ts";
import {
  type AdaptiveTuning,
  adaptiveTuning,
} from "../../../frontend/selection/adaptive_tuning.ts";
import type { Contestant } from "./contestant.ts";

/** The adaptive policy with other constants. */
export function retuned(changes: Partial<AdaptiveTuning>): Contestant {
  const tuning = { ...adaptiveTuning, ...changes };
  const words = Object.entries(changes).map(([name, value]) => `${name} ${value}`);
  return {
    name: words.join(", "),
    tuning,
    make: () => adaptive(tuning),
  };
}
