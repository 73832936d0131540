import { policyNames } from "../../../lib/config/settings.ts";
import { policies } from "../../../frontend/selection/policies.ts";
import { clairvoyant } from "./clairvoyant.ts";
import type { Contestant } from "./contestant.ts";
import { haproxyLeastconn, haproxyLeastconnWeighted } from "./haproxy_leastconn.ts";
import { prequal } from "./prequal.ts";

/** Our own policies, as the front end runs them. */
export const ours: readonly Contestant[] = policyNames.map((name) => ({
  name,
  make: () => policies[name](),
}));

/** Everyone who takes part. */
export const contestants: readonly Contestant[] = [
  ...ours,
  haproxyLeastconn,
  haproxyLeastconnWeighted,
  prequal,
  clairvoyant,
];

/**
 * Those that a policy is measured against: what can be had elsewhere without being told or asking the
 * servers anything.
 */
export const peers: readonly string[] = [
  "random",
  "round-robin",
  "least-connections",
  "two-choices",
  "peak-ewma",
  haproxyLeastconn.name,
];
