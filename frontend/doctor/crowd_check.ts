import { type Finding, warning } from "../../lib/diagnosis/finding.ts";
import { type RefusalReason, refusalSentences } from "../../lib/protocol/refusal.ts";
import type { RefusalCount } from "../status.ts";

/** What to do about genuine reports of which there are too many. */
const remedies: Partial<Record<RefusalReason, string>> = {
  "crowded-address":
    "give each of them an address of its own if they are all true; else stop what sends them, and " +
    "set LB_KEY on all machines if it is unset",
  excess:
    "see what the agent there does: `lb-agent doctor`, its log, whether it is started again " +
    "and again",
  "no-room":
    "stop what sends them, and set LB_KEY on all machines if it is unset; true ones are taken in later",
};

/** Which bounds on agents were reached, and from where the reports came. */
export function checkCrowd(refusals: readonly RefusalCount[]): Finding[] {
  return refusals.flatMap(({ reason, count, lastFrom }) => {
    const remedy = remedies[reason];
    if (remedy === undefined) return [];
    const saw = `${count} reports left out (${reason}), the last from ${lastFrom}: ` +
      refusalSentences[reason];
    return [warning("crowd", saw, remedy)];
  });
}
