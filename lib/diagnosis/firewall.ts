/** What a firewall does with new datagrams to a port: `unclear` where its rules depend on more. */
export type FirewallVerdict = "accepted" | "dropped" | "unclear";

/** Statements of a rule, as `nft -j list ruleset` writes them (libnftables-json(5)). */
type Statement = Readonly<Record<string, unknown>>;

interface Chain {
  readonly hook: string | undefined;
  readonly policy: string | undefined;
  readonly rules: (readonly Statement[])[];
}

/** Whether something is so; undefined where that depends on more than is known. */
type Maybe = boolean | undefined;

/** What happens to a packet in a chain: its end, or that it comes out at the other side. */
type Fate = "accept" | "drop" | "pass";

/** Deeper than this no chain is followed: a ruleset may be anything. */
const deepest = 16;

/**
 * Works out what an nftables ruleset does with a new UDP datagram from outside to a local port. The
 * rules of iptables, where they are kept by nftables, are mostly opaque and make the answer unclear.
 *
 * @param ruleset What `nft -j list ruleset` prints, parsed.
 * @param port 1 to 65,535.
 */
export function judgeRuleset(ruleset: unknown, port: number): FirewallVerdict {
  const chains = readChains(ruleset);
  const verdicts = [...chains].filter(([, { hook }]) => hook === "input").map(([key, chain]) => {
    const fates = fatesIn(key, chains, port, 0);
    const ends = [...fates].map((fate) => fate === "pass" ? chain.policy ?? "accept" : fate);
    if (ends.every((end) => end === "drop")) return "dropped";
    return ends.includes("drop") ? "unclear" : "accepted";
  });
  if (verdicts.includes("dropped")) return "dropped";
  return verdicts.includes("unclear") ? "unclear" : "accepted";
}

function readChains(ruleset: unknown): Map<string, Chain> {
  const chains = new Map<string, Chain>();
  for (const object of listIn(ruleset, "nftables")) {
    const { chain, rule } = fieldsOf(object);
    if (chain !== undefined) {
      const fields = fieldsOf(chain);
      chains.set(keyOf(fields, fields["name"]), {
        hook: wordIn(fields, "hook"),
        policy: wordIn(fields, "policy"),
        rules: [],
      });
    }
    if (rule !== undefined) {
      const fields = fieldsOf(rule);
      const expr = listIn(fields, "expr").map(fieldsOf);
      chains.get(keyOf(fields, fields["chain"]))?.rules.push(expr);
    }
  }
  return chains;
}

function keyOf({ family, table }: Statement, name: unknown): string {
  return `${family} ${table} ${name}`;
}

/** The fields of an object; none of what is no object. */
function fieldsOf(value: unknown): Statement {
  return typeof value === "object" && value !== null ? value as Statement : {};
}

function listIn(object: unknown, name: string): unknown[] {
  const list = fieldsOf(object)[name];
  return Array.isArray(list) ? list : [];
}

function wordIn(object: Statement, name: string): string | undefined {
  const word = object[name];
  return typeof word === "string" ? word : undefined;
}

/** All that may become of a packet in a chain; more than one where some rules cannot be decided. */
function fatesIn(
  key: string,
  chains: ReadonlyMap<string, Chain>,
  port: number,
  depth: number,
): Set<Fate> {
  const fates = new Set<Fate>();
  if (depth > deepest) return fates.add("pass");
  for (const rule of chains.get(key)?.rules ?? []) {
    const applies = ruleApplies(rule, port);
    if (applies === false) continue;
    const outcomes = outcomesOf(rule, key, chains, port, depth);
    for (const outcome of outcomes) if (outcome !== "pass" || isReturn(rule)) fates.add(outcome);
    if (applies === true && !outcomes.has("pass")) return fates;
    if (applies === true && isReturn(rule)) return fates;
  }
  return fates.add("pass");
}

function isReturn(rule: readonly Statement[]): boolean {
  return rule.some((statement) => "return" in statement);
}

function outcomesOf(
  rule: readonly Statement[],
  key: string,
  chains: ReadonlyMap<string, Chain>,
  port: number,
  depth: number,
): Set<Fate> {
  for (const statement of rule) {
    if ("accept" in statement) return new Set(["accept"]);
    if ("drop" in statement || "reject" in statement) return new Set(["drop"]);
    const to = statement["jump"] ?? statement["goto"];
    if (to !== undefined) {
      const [family, table] = key.split(" ");
      return fatesIn(`${family} ${table} ${fieldsOf(to)["target"]}`, chains, port, depth + 1);
    }
  }
  return new Set(["pass"]);
}

function ruleApplies(rule: readonly Statement[], port: number): Maybe {
  let applies: Maybe = true;
  for (const statement of rule) {
    const holds = statementHolds(statement, port);
    if (holds === false) return false;
    if (holds === undefined) applies = undefined;
  }
  return applies;
}

/** What does not ask anything of the packet. */
const neutral = [
  ...[
    "accept",
    "drop",
    "reject",
    "jump",
    "goto",
    "return",
    "continue",
    "counter",
    "log",
    "comment",
  ],
  ...["mangle", "notrack"],
];

function statementHolds(statement: Statement, port: number): Maybe {
  if (neutral.some((name) => name in statement)) return true;
  const match = statement["match"];
  return match === undefined ? undefined : matchHolds(fieldsOf(match), port);
}

function matchHolds({ op, left, right }: Statement, port: number): Maybe {
  const asked = JSON.stringify(left);
  const holds = (value: Maybe): Maybe =>
    value === undefined ? undefined : op === "!=" ? !value : value;
  switch (asked) {
    case '{"meta":{"key":"l4proto"}}':
    case '{"payload":{"protocol":"ip","field":"protocol"}}':
      return holds(contains(right, (one) => one === "udp" || one === 17));
    case '{"payload":{"protocol":"udp","field":"dport"}}':
    case '{"payload":{"protocol":"th","field":"dport"}}':
      return holds(contains(right, (one) => isPort(one, port)));
    case '{"meta":{"key":"iif"}}':
    case '{"meta":{"key":"iifname"}}':
      return contains(right, (one) => one === "lo") === true ? holds(false) : undefined;
    case '{"ct":{"key":"state"}}':
      return holds(contains(right, (one) => one === "new" || one === "untracked"));
    default:
      // Other protocols' fields do not hold for UDP.
      return /^\{"payload":\{"protocol":"(tcp|sctp|icmp|icmpv6|ip6|dccp)"/.test(asked)
        ? false
        : undefined;
  }
}

/** Whether a value is, or a set contains, what is asked for; a named set may contain anything. */
function contains(right: unknown, isIt: (value: unknown) => boolean): Maybe {
  if (typeof right === "string" && right.startsWith("@")) return undefined;
  const set = fieldsOf(right)["set"];
  const values = Array.isArray(set) ? set : Array.isArray(right) ? right : [right];
  return values.some(isIt);
}

function isPort(value: unknown, port: number): boolean {
  const range = fieldsOf(value)["range"];
  if (!Array.isArray(range)) return value === port;
  const [first, last] = range as number[];
  return first !== undefined && last !== undefined && first <= port && port <= last;
}
