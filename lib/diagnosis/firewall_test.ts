import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type FirewallVerdict, judgeRuleset } from "./firewall.ts";

type Rule = Record<string, unknown>[];

const chain = (policy: string, name = "in", hook: string | undefined = "input") => ({
  chain: { family: "inet", table: "t", name, ...(hook && { type: "filter", hook, policy }) },
});
const rule = (expr: Rule, name = "in") => ({
  rule: { family: "inet", table: "t", chain: name, expr },
});
const match = (left: unknown, right: unknown, op = "==") => ({ match: { op, left, right } });
const udpPort = (right: unknown, op?: string) =>
  match({ payload: { protocol: "udp", field: "dport" } }, right, op);
const tcpPort = (right: unknown) => match({ payload: { protocol: "tcp", field: "dport" } }, right);
const accept = { accept: null };
const drop = { drop: null };

const cases: [string, unknown[], FirewallVerdict][] = [
  ["no rules", [], "accepted"],
  ["a policy to accept", [chain("accept")], "accepted"],
  ["a policy to drop", [chain("drop")], "dropped"],
  ["the port opened", [chain("drop"), rule([udpPort(8888), accept])], "accepted"],
  ["a range opened", [chain("drop"), rule([udpPort({ range: [8000, 9000] }), accept])], "accepted"],
  ["a set opened", [chain("drop"), rule([udpPort({ set: [53, 8888] }), accept])], "accepted"],
  ["another port opened", [chain("drop"), rule([udpPort(53), accept])], "dropped"],
  ["a TCP port opened", [chain("drop"), rule([tcpPort(8888), accept])], "dropped"],
  ["the port closed", [chain("accept"), rule([udpPort(8888), drop])], "dropped"],
  ["all ports but one closed", [chain("accept"), rule([udpPort(53, "!="), drop])], "dropped"],
  ["the port rejected", [chain("accept"), rule([udpPort(8888), { reject: null }])], "dropped"],
  [
    "loopback and established connections opened",
    [
      chain("drop"),
      rule([match({ meta: { key: "iifname" } }, "lo"), accept]),
      rule([match({ ct: { key: "state" } }, ["established", "related"], "in"), accept]),
    ],
    "dropped",
  ],
  [
    "a network opened",
    [
      chain("drop"),
      rule([match({ payload: { protocol: "ip", field: "saddr" } }, "10.0.0.0"), accept]),
    ],
    "unclear",
  ],
  ["an opaque rule that drops", [chain("accept"), rule([{ xt: null }, drop])], "unclear"],
  ["a named set opened", [chain("drop"), rule([udpPort("@open"), accept])], "unclear"],
  [
    "a chain that is jumped to and closes the port",
    [
      chain("accept"),
      chain("", "more", ""),
      rule([{ counter: null }, { jump: { target: "more" } }]),
      rule([udpPort(8888), drop], "more"),
    ],
    "dropped",
  ],
  [
    "a chain that returns before it drops",
    [
      chain("accept"),
      chain("", "more", ""),
      rule([{ jump: { target: "more" } }]),
      rule([{ return: null }], "more"),
      rule([drop], "more"),
    ],
    "accepted",
  ],
  ["an early accept before a drop", [chain("drop"), rule([accept]), rule([drop])], "accepted"],
  ["one base chain of two that drops", [chain("accept"), chain("drop", "other")], "dropped"],
  ["rules for what is sent", [chain("drop", "out", "output")], "accepted"],
  [
    "a chain that jumps to itself",
    [chain("accept"), rule([{ jump: { target: "in" } }])],
    "accepted",
  ],
];

for (const [what, nftables, verdict] of cases) {
  Deno.test(`a firewall with ${what}: ${verdict}`, () => {
    assertEquals(judgeRuleset({ nftables }, 8888), verdict);
  });
}

Deno.test("whatever is given for a ruleset, there is a verdict", () => {
  fc.assert(fc.property(fc.jsonValue(), (nftables) => {
    judgeRuleset({ nftables }, 8888);
    judgeRuleset(nftables, 8888);
  }));
});
