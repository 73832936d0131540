import { type Finding, ok, unknown, warning } from "./finding.ts";

/** Room for fewer connections than this is soon used up. */
const enough = 1_000;

/** What the number of connections depends on. */
export interface FileLimitFacts {
  /** How many connections the limit of open files leaves room for; null where it cannot be read. */
  readonly connections: number | null;
  /** `LB_MAX_CONNECTIONS`, or null. */
  readonly wanted: number | null;
}

/** Whether the limit of open files leaves room for the connections. */
export function checkFileLimit({ connections, wanted }: FileLimitFacts): Finding {
  const remedy = "raise LimitNOFILE: systemctl edit lb-frontend";
  if (connections === null) {
    return unknown("open files", "the limit cannot be read", "run this as root");
  }
  if (wanted !== null && connections < wanted) {
    return warning(
      "open files",
      `the limit has room for ${connections} connections, fewer than LB_MAX_CONNECTIONS=${wanted}`,
      remedy,
    );
  }
  const saw = `room for ${wanted ?? connections} connections at once`;
  return connections >= enough || wanted !== null
    ? ok("open files", saw)
    : warning("open files", saw, remedy);
}
