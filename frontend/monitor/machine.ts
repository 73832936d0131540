import type { Report } from "../../lib/protocol/messages.ts";
import { defaultLifecycleRules } from "../table/lifecycle.ts";
import type { SmoothedRtt } from "./smoothed_rtt.ts";

/** One address at which a machine's agent answers. */
export interface Path {
  readonly address: string;
  /** Name of our interface that hears it. */
  via: string;
  rtt: SmoothedRtt | null;
  /** The last round that was answered from here. */
  answeredRound: number;
  /** How many rounds were answered from here. */
  answers: number;
  /** How many more probes may be sent here by unicast (see `unicast_asks.ts`). */
  credit: number;
  /** The last round in which a probe was sent here by unicast, and which of all such asks it was. */
  askedRound: number;
  askedTurn: number;
}

/** One agent process, by all the addresses at which it answers. */
export interface Machine {
  readonly agent: bigint;
  /** Changes when the agent starts anew. */
  instance: bigint;
  /** The one before; null as long as the agent has not been started anew. */
  formerInstance: bigint | null;
  /** The round whose answer showed the present instance first. */
  instanceRound: number;
  readonly paths: Map<string, Path>;
  /** The better of the addresses. */
  preferred: Path;
  report: Report;
  /** The round in which the machine was first heard of. */
  readonly sinceRound: number;
  answeredRound: number;
  /** Rounds in a row that were not answered. */
  missed: number;
  /** Whether another live machine has the same agent id. */
  duplicated: boolean;
  /** Whether a service of it has ever been up: only then it keeps its place while it is silent. */
  settled: boolean;
  /** The round of its last announcement, and how many it made in it. */
  announcedRound: number;
  announcements: number;
}

/** Whether a machine has left probes unanswered, and not so many yet that it is taken for lost. */
export function isInDoubt({ missed }: Pick<Machine, "missed">): boolean {
  return missed > 0 && missed < defaultLifecycleRules.fall;
}

/** The beginning of what is known of an address, before anything was heard from it. */
export function newPath(address: string, via: string): Path {
  const never = -Infinity;
  const unasked = { answers: 0, credit: 0, askedRound: never, askedTurn: 0 };
  return { address, via, rtt: null, answeredRound: never, ...unasked };
}

/**
 * The beginning of what is known of a machine.
 *
 * @param path Where it was heard first.
 * @param round The round in which it was.
 */
export function newMachine(report: Report, path: Path, round: number): Machine {
  return {
    agent: report.agent,
    instance: report.instance,
    formerInstance: null,
    instanceRound: round,
    paths: new Map([[path.address, path]]),
    preferred: path,
    report,
    sinceRound: round,
    answeredRound: round,
    missed: 0,
    duplicated: false,
    settled: false,
    announcedRound: -Infinity,
    announcements: 0,
  };
}
