import { hostPort } from "../../lib/net/host_port.ts";
import { type CutCause, cutFigures } from "../table/cuts.ts";
import type { StateTable } from "../table/state_table.ts";
import type { Connected, Endpoint } from "./engine.ts";
import type { LogMessage } from "./messages.ts";
import { plainAddress } from "./plain_address.ts";

/** Why a connection was ended by the front end, as the log says it. */
const sentences: Readonly<Record<CutCause, string>> = {
  "no-server": "no server could be reached",
  idle: "nothing passed for LB_IDLE_TIMEOUT",
  silent: "neither side had sent a byte, and other clients wait",
  drain: "the front end stops, and LB_DRAIN_TIMEOUT is over",
  reload: "its process was replaced by a reload, and its time is over",
  "per-client": "its client has LB_MAX_PER_CLIENT connections open",
  fault: "a fault of the front end, which the log names",
};

/** The two ends of a connection that is cut. */
export interface CutEnds {
  readonly client: Pick<Connected, "remoteAddr">;
  /** Null where it has no server. */
  readonly server: Pick<Connected, "remoteAddr"> | null;
}

/** Where it is told. */
export interface CutReportOptions {
  readonly table: StateTable;
  /** Which of the workers this is. */
  readonly worker: number;
  /** Whether each is told to the log, too, at level debug. */
  readonly logsCuts: boolean;
  readonly post: (message: LogMessage) => void;
}

/**
 * Makes what tells of every connection that the front end itself ends: it counts them by cause, and
 * logs each where that is wanted.
 */
export function cutReport(
  { table, worker, logsCuts, post }: CutReportOptions,
): (cause: CutCause, ends: CutEnds) => void {
  return (cause, { client, server }) => {
    table.addWorkerFigure(cutFigures[cause], worker, 1);
    if (!logsCuts) return;
    const to = server === null ? "" : ` to ${placeOf(server.remoteAddr)}`;
    const message = `Cut the connection of ${placeOf(client.remoteAddr)}${to} (${cause}): ${
      sentences[cause]
    }`;
    post({ type: "log", level: "debug", message });
  };
}

function placeOf({ hostname, port }: Endpoint): string {
  return hostPort(plainAddress(hostname), port);
}
