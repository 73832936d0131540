import type {
  AffinityName,
  EngineName,
  ListenSetting,
  PolicyName,
} from "../lib/config/settings.ts";
import type { RefusalReason } from "../lib/protocol/refusal.ts";
import type { CutCounts } from "./table/cuts.ts";
import type { PassingCounts } from "./monitor/probe_passing.ts";
import type { ReplacedProcess } from "./replaced/replaced_processes.ts";
import type { BackendStatus } from "./table/backend_status.ts";
import type { LeftOutService } from "./table/left_out_services.ts";

/** Datagrams that were refused for one reason. */
export interface RefusalCount {
  readonly reason: RefusalReason;
  readonly count: number;
  /** The address that the last one came from. */
  readonly lastFrom: string;
  /** The address that the last one claimed to come from, where that is what was wrong; else null. */
  readonly lastClaimed: string | null;
}

/** Who is likely to get the next connection of a service. */
export interface NextChoice {
  /** Null: the first service of each agent. */
  readonly service: string | null;
  /** The likeliest first; `chance` is above 0 and up to 1. Empty where no server can be chosen. */
  readonly backends: readonly {
    readonly id: string;
    readonly address: string;
    readonly port: number;
    readonly chance: number;
  }[];
}

/** What `lb-frontend status --json` prints. */
export interface FrontendStatus {
  readonly version: string;
  /** The process that relays now; a reload changes it. */
  readonly pid: number;
  readonly uptimeSeconds: number;
  /** False while the published default key signs. */
  readonly authenticated: boolean;
  readonly policy: PolicyName;
  readonly affinity: AffinityName;
  /** How the relay workers move bytes now, one for each; one that failed goes on with another. */
  readonly engines: readonly EngineName[];
  readonly listen: readonly ListenSetting[];
  /** Where it probes. */
  readonly interfaces: readonly { readonly name: string; readonly address: string }[];
  readonly connections: {
    readonly open: number;
    readonly accepted: number;
    /** Clients that wait because no server can be chosen, or all places are taken. */
    readonly waiting: number;
    /** Clients that were turned away because no server could be reached. */
    readonly refused: number;
    /** Connections that the front end itself ended, by cause; `no-server` are those turned away. */
    readonly cut: CutCounts;
    /** Clients whose bytes were reset by every server that got them, by two at least. */
    readonly clientFaults: number;
  };
  /** Processes that reloads have replaced and in which connections go on, the oldest first. */
  readonly replaced: readonly ReplacedProcess[];
  readonly refusals: readonly RefusalCount[];
  /** Datagrams that the kernel refused for the front end, as they are no messages that it takes. */
  readonly filtered: number;
  /** Own addresses at which another program is bound to our UDP port, and may take the answers. */
  readonly sharedAddresses: readonly string[];
  /** What other front ends asked the agent of this machine, which this one passes on. */
  readonly passedOn: Readonly<PassingCounts>;
  /** Addresses of machines that share an identity with another one, as clones of a disk do. */
  readonly duplicates: readonly string[];
  readonly backends: readonly BackendStatus[];
  /** Services that agents offered within the last minute and that may not become backends. */
  readonly leftOut: readonly LeftOutService[];
  /** Whom selection would pick now, for each service that is balanced. */
  readonly next: readonly NextChoice[];
}

const inEnglish = new Intl.NumberFormat("en");

/**
 * The line that `systemctl status` shows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { statusLine } from "./status.ts";
 *
 * assertEquals(
 *   statusLine({ up: 3, all: 4, perSecond: 1203.6, open: 1 }),
 *   "3 of 4 servers up, 1,204 connections/s, 1 open",
 * );
 * ```
 */
export function statusLine(
  { up, all, perSecond, open }: { up: number; all: number; perSecond: number; open: number },
): string {
  const rate = inEnglish.format(Math.round(perSecond));
  return `${up} of ${all} servers up, ${rate} connections/s, ${inEnglish.format(open)} open`;
}
