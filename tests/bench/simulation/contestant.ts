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
  /** For how long its front end remembers answers, where that differs from the product's. */
  readonly paceMemoryMs?: number;
  /** Makes the policy of one front end. */
  make(surroundings: Surroundings): Policy;
}
