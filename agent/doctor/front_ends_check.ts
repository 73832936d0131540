import { failure, type Finding, ok, warning } from "../../lib/diagnosis/finding.ts";
import { checkClaims, checkVersions } from "../../lib/diagnosis/refused_check.ts";
import type { ProbingFacts } from "../../lib/diagnosis/probing.ts";
import type { AgentStatus } from "../status.ts";

/** What is known of those who probe. */
export interface FrontEndFacts {
  /** The machines whose probes were heard in the group just now. */
  readonly heard: ProbingFacts["heard"];
  /** What the running agent says; null where none runs. */
  readonly status: Pick<AgentStatus, "monitors" | "refusals"> | null;
  readonly group: string;
  readonly port: number;
}

/** Whether front ends probe this machine, and with a key that it has. */
export function checkFrontEnds({ heard, status, group, port }: FrontEndFacts): Finding[] {
  const live = status?.monitors.filter((monitor) => monitor.live) ?? [];
  const good = heard.filter(({ reason }) => reason === null);
  const names = new Set([...live, ...good.map(({ from }) => ({ address: from }))].map(
    ({ address }) => address,
  ));
  return [
    ...(names.size > 0 ? [ok("front ends", `probe this machine: ${[...names].join(", ")}`)] : []),
    ...checkKeys(heard, status, names),
    ...checkOthers(heard, status, names),
    ...(names.size === 0 ? [noneProbes(group, port)] : []),
  ];
}

/** Those whose probes do not verify, now or since the agent runs. */
function checkKeys(
  heard: FrontEndFacts["heard"],
  status: FrontEndFacts["status"],
  good: ReadonlySet<string>,
): Finding[] {
  const refusedNow = heard.filter(({ reason }) => reason === "unknown-key" || reason === "forged")
    .map(({ from }) => from);
  const refusedBefore = (status?.refusals ?? [])
    .filter(({ reason }) => reason === "unknown-key" || reason === "forged")
    .map(({ lastFrom }) => addressOf(lastFrom));
  const now = [...new Set(refusedNow)];
  // Who is understood by now has been given the key meanwhile.
  const before = refusedBefore.filter((from) => !now.includes(from) && !good.has(from));
  return [
    ...(now.length > 0
      ? [failure(
        "keys",
        `probes signed with another key come from ${now.join(", ")}`,
        "set the same LB_KEY there as here",
      )]
      : []),
    ...(before.length > 0
      ? [warning(
        "keys",
        `datagrams signed with another key have come from ${[...new Set(before)].join(", ")}`,
        "if a front end is there: set the same LB_KEY there as here",
      )]
      : []),
  ];
}

/** Those of another version, and those whose probes come from elsewhere than they say. */
function checkOthers(
  heard: FrontEndFacts["heard"],
  status: FrontEndFacts["status"],
  good: ReadonlySet<string>,
): Finding[] {
  const now = heard.flatMap(({ reason, ...sender }) =>
    reason === null ? [] : [{ ...sender, reason }]
  );
  const before = (status?.refusals ?? []).map(({ reason, lastFrom, lastClaimed }) => ({
    reason,
    from: addressOf(lastFrom),
    ...(lastClaimed !== null && { claimed: addressOf(lastClaimed) }),
  }));
  const all = [...now, ...before.filter(({ from }) => !good.has(from))];
  return [
    ...checkVersions(all, "install the same release of lb-frontend there as here"),
    ...checkClaims(
      all,
      "if a front end is there, have its probes reach this machine without NAT (by a route, or an " +
        "exception for their UDP port), as agents answer only to the address in a probe; else " +
        "somebody passes probes on, in vain",
    ),
  ];
}

function addressOf(place: string): string {
  return place.replace(/:\d+$/, "");
}

function noneProbes(group: string, port: number): Finding {
  return failure(
    "front ends",
    `no probe to ${group}:${port} was heard in three seconds that this machine could answer`,
    "see `lb-frontend doctor` on the front end; where multicast does not pass, name this machine's " +
      "address in LB_PEERS there",
  );
}
