import type { PolicyName } from "../../lib/config/settings.ts";
import { adaptive } from "./adaptive.ts";
import { leastConnections } from "./least_connections.ts";
import { leastLoaded } from "./least_loaded.ts";
import { peakEwma } from "./peak_ewma.ts";
import type { PolicyFactory } from "./policy.ts";
import { randomChoice } from "./random.ts";
import { roundRobin } from "./round_robin.ts";
import { twoChoices } from "./two_choices.ts";

/** The policies by the names that `LB_POLICY` knows. */
export const policies: Readonly<Record<PolicyName, PolicyFactory>> = {
  "adaptive": () => adaptive(),
  "random": randomChoice,
  "round-robin": roundRobin,
  "least-connections": leastConnections,
  "least-loaded": leastLoaded,
  "two-choices": twoChoices,
  "peak-ewma": peakEwma,
};
