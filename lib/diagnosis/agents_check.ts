import { failure, type Finding, ok, warning } from "./finding.ts";
import { checkClaims, checkVersions } from "./refused_check.ts";
import type { AgentAnswer, ProbingFacts, RefusedSender } from "./probing.ts";

/** What a front end's machine hears of agents. */
export interface AgentFacts extends Pick<ProbingFacts, "answers" | "refused"> {
  readonly port: number;
  /** `LB_PEERS`. */
  readonly peers: readonly string[];
  /** What the running front end refused of late, by reason; empty where none is running. */
  readonly refusedByProgram: readonly RefusedSender[];
  /** How many agents the running front end hears; null where none is running. */
  readonly heardByProgram: number | null;
}

/** Who answers, who does so only when asked directly, and whose answers are of no use. */
export function checkAgents(facts: AgentFacts): Finding[] {
  return [
    ...checkAnswers(facts),
    ...checkKeyless(facts),
    ...checkRefused(facts),
    ...checkOthers(facts),
    ...checkDuplicates(facts),
    ...checkHearing(facts),
  ];
}

function usable({ answers }: Pick<AgentFacts, "answers">): AgentAnswer[] {
  return answers.filter(({ key }) => key !== "published");
}

function addresses(answers: readonly AgentAnswer[]): string[] {
  return [...new Set(answers.map(({ from }) => from))];
}

function checkAnswers(facts: AgentFacts): Finding[] {
  const all = usable(facts);
  const byMulticast = addresses(all.filter(({ asked }) => asked === "multicast"));
  const directly = addresses(all).filter((address) => !byMulticast.includes(address));
  const unnamed = directly.filter((address) => !facts.peers.includes(address));
  const findings: Finding[] = [];
  if (byMulticast.length > 0) {
    findings.push(ok("agents", `answer by multicast: ${byMulticast.join(", ")}`));
  }
  if (unnamed.length > 0) {
    findings.push(failure(
      "agents",
      `${unnamed.join(", ")} answered when asked directly, but multicast does not reach there`,
      `set LB_PEERS=${[...facts.peers, ...unnamed].join(",")} in /etc/lb/lb.env`,
    ));
  }
  const named = directly.filter((address) => facts.peers.includes(address));
  if (named.length > 0) findings.push(ok("agents", `of LB_PEERS answer: ${named.join(", ")}`));
  const silent = facts.peers.filter((peer) => !addresses(all).includes(peer));
  if (silent.length > 0) {
    findings.push(warning(
      "agents",
      `of LB_PEERS do not answer: ${silent.join(", ")}`,
      "run `lb-agent doctor` there",
    ));
  }
  if (all.length === 0) findings.push(noneAnswered(facts));
  return findings;
}

function noneAnswered({ port }: AgentFacts): Finding {
  return failure(
    "agents",
    "none answers with a key of this machine",
    "run `lb-agent doctor` on a server: its agent has to run, with the same LB_KEY, and its " +
      `firewall has to let UDP port ${port} in; where multicast does not pass between the ` +
      "machines, name the servers' addresses in LB_PEERS",
  );
}

function checkKeyless({ answers }: AgentFacts): Finding[] {
  const answering = new Set(addresses(usable({ answers })));
  const keyless = addresses(answers).filter((address) => !answering.has(address));
  return keyless.length === 0 ? [] : [failure(
    "keys",
    `agents without a key: ${keyless.join(", ")}`,
    "set the same LB_KEY there as here",
  )];
}

function checkRefused({ refused }: AgentFacts): Finding[] {
  const mismatched = refused.filter(({ reason }) =>
    reason === "unknown-key" || reason === "forged"
  );
  return mismatched.length === 0 ? [] : [failure(
    "keys",
    `answers signed with another key, from ${mismatched.map(({ from }) => from).join(", ")}`,
    "set the same LB_KEY on all machines",
  )];
}

/** Agents that speak another version, or whose answers come from elsewhere than they say. */
function checkOthers({ answers, refused, refusedByProgram }: AgentFacts): Finding[] {
  // Who answers by now has been mended since.
  const good = addresses(answers);
  const all = [...refused, ...refusedByProgram.filter(({ from }) => !good.includes(from))];
  return [
    ...checkVersions(all, "install the same release of lb-agent there as here"),
    ...checkClaims(
      all,
      "if NAT lies in between, set LB_ADVERTISE on that server to the address at which this machine " +
        "reaches it; else somebody passes its answers on, in vain",
    ),
  ];
}

/** Agents of machines that were cloned say that they are the same; one that restarted is no clone. */
function checkDuplicates({ answers }: AgentFacts): Finding[] {
  const byAgent = Map.groupBy(answers, ({ report }) => report.agent);
  return [...byAgent.values()].flatMap((same) => {
    const instances = new Set(same.map(({ report }) => report.instance));
    if (instances.size < 2 || addresses(same).length < 2) return [];
    return [warning(
      "identities",
      `cloned machines share an id: ${addresses(same).join(", ")}`,
      "on all but one: rm /etc/machine-id && systemd-machine-id-setup && systemctl restart lb-agent",
    )];
  });
}

function checkHearing(facts: AgentFacts): Finding[] {
  if (facts.heardByProgram !== 0 || usable(facts).length === 0) return [];
  return [failure(
    "answers",
    `agents answer this command, but the running front end hears none at its own port`,
    `let UDP port ${facts.port} in at this machine's firewall, and see whether ` +
      "the front end runs with the same settings: systemctl reload lb-frontend",
  )];
}
