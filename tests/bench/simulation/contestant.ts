import type { AdaptiveTuning } from "../../../frontend/selection/adaptive_tuning.ts";
import type { Policy } from "../../../frontend/selection/policy.ts";
import type { Exchange, Server } from "./server.ts";
import type { Timeline } from "./timeline.ts";

/** What a policy may use that the state table does not tell; ours use nothing of it. */
export interface Surroundings {
  readonly timeline: Timeline;
  readonly random: () => number;
  /** The server behind a slot. */
  serverOf(slot: number): Server;
  /** What the connection that is being balanced will ask first. */
  nextExchange(): Exchange;
}

/** A way to choose that takes part in a comparison. */
export interface Contestant {
  readonly name: string;
  /** What its front end reckons with, where that differs from the product's. */
  readonly tuning?: AdaptiveTuning;
  /** Makes the policy of one front end. */
  make(surroundings: Surroundings): Policy;
}
