import type { Daemon } from "../../network/daemon.ts";
import type { Programs } from "./programs.ts";
import type { Testbed } from "./testbed.ts";

/** A load balancer that is measured, or none. */
export interface Contender {
  readonly name: string;
  /** No load balancer at all, one that ours is measured by, or one of our engines. */
  readonly role: "direct" | "peer" | "deno" | "epoll";
  /** The names of steps that say nothing about it. */
  readonly skips?: readonly string[];
  /** How it is set up, for the report. */
  readonly settings: string;
  /** The name of what is measured, with its version. */
  readonly version: (programs: Programs) => Promise<string>;
  /** Starts it, where there is something to start; it may not serve yet. */
  readonly start: (testbed: Testbed) => Promise<Daemon | null>;
  /** Whether it knows all servers; absent where it was told them. */
  readonly isSettled?: (testbed: Testbed) => Promise<boolean>;
  /** The address that clients connect to. */
  readonly address: (testbed: Testbed) => string;
}

/** A contender that serves. */
export interface Running {
  readonly testbed: Testbed;
  readonly contender: Contender;
  /** Where clients connect, at port 80 and at that of the bulk service. */
  readonly address: string;
  /** Null where there is no load balancer. */
  readonly daemon: Daemon | null;
}
