import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Report } from "../protocol/messages.ts";
import { type AgentFacts, checkAgents } from "./agents_check.ts";
import type { AgentAnswer } from "./probing.ts";

const report = { agent: 1n, instance: 1n } as Report;

function answer(from: string, given: Partial<AgentAnswer> = {}): AgentAnswer {
  return { from, via: "eth0", asked: "multicast", key: "current", report, ...given };
}

function check(given: Partial<AgentFacts>): string[] {
  const none = { answers: [], refused: [], refusedByProgram: [], peers: [], heardByProgram: null };
  const facts = { ...none, port: 8888, ...given };
  return checkAgents(facts).map(({ check, verdict, saw, remedy = "" }) =>
    `${check} ${verdict}: ${saw} ${remedy}`.trim()
  );
}

/** Asserts that there is one finding with each of the words, and no other. */
function assertFindings(found: readonly string[], ...words: readonly string[]): void {
  assertEquals(found.length, words.length, found.join("\n"));
  for (const [at, word] of words.entries()) assertStringIncludes(found[at] ?? "", word);
}

Deno.test("agents that answer by multicast are named, those of several interfaces once", () => {
  const answers = [answer("10.0.0.11"), answer("10.0.0.11"), answer("10.0.0.12")];
  assertEquals(check({ answers }), ["agents ok: answer by multicast: 10.0.0.11, 10.0.0.12"]);
});

Deno.test("where only asking directly helps, LB_PEERS is named with what it is to be set to", () => {
  const answers = [answer("10.0.0.11"), answer("10.0.0.12", { asked: "unicast" })];
  assertFindings(
    check({ answers, peers: ["10.9.9.9"] }),
    "agents ok",
    "set LB_PEERS=10.9.9.9,10.0.0.12 in",
    "of LB_PEERS do not answer: 10.9.9.9",
  );
});

Deno.test("an agent that LB_PEERS names is well when it answers directly", () => {
  const answers = [answer("10.0.0.12", { asked: "unicast" })];
  assertFindings(check({ answers, peers: ["10.0.0.12"] }), "agents ok: of LB_PEERS answer");
});

Deno.test("where nobody answers it is said what that may be due to", () => {
  const [none = "", ...more] = check({});
  assertEquals(more, []);
  for (const word of ["LB_KEY", "LB_PEERS", "8888", "lb-agent doctor"]) {
    assertStringIncludes(none, word);
  }
});

Deno.test("agents without a key, and such with another one, are told from those that are fine", () => {
  const answers = [
    answer("10.0.0.11"),
    answer("10.0.0.11", { key: "published", asked: "unicast" }),
    answer("10.0.0.12", { key: "published" }),
  ];
  const refused = [
    { from: "10.0.0.13", reason: "unknown-key" },
    { from: "10.0.0.14", reason: "foreign" },
  ] as const;
  assertFindings(
    check({ answers, refused }),
    "agents ok: answer by multicast: 10.0.0.11",
    "agents without a key: 10.0.0.12 ",
    "another key, from 10.0.0.13 ",
  );
});

Deno.test("clones are told from a machine with two addresses", () => {
  const other = { ...report, instance: 2n };
  const twoAddresses = [answer("10.0.0.11"), answer("10.1.0.11")];
  assertEquals(check({ answers: twoAddresses }).length, 1);
  const clones = [answer("10.0.0.11"), answer("10.0.0.12", { report: other })];
  assertFindings(
    check({ answers: clones }),
    "agents ok",
    "cloned machines share an id: 10.0.0.11, 10.0.0.12",
  );
});

Deno.test("a front end that hears nobody though agents answer is behind a firewall", () => {
  const answers = [answer("10.0.0.11")];
  assertFindings(check({ answers, heardByProgram: 0 }), "agents ok", "let UDP port 8888 in");
  assertFindings(check({ answers, heardByProgram: 1 }), "agents ok");
});

Deno.test("agents of another version are named", () => {
  const refused = [{ from: "10.0.0.12", reason: "version" }] as const;
  assertFindings(
    check({ answers: [answer("10.0.0.11")], refused, refusedByProgram: refused }),
    "agents ok",
    "versions failure: another version of the protocol is spoken by 10.0.0.12 install the same",
  );
  const mended = check({ answers: [answer("10.0.0.12")], refusedByProgram: refused });
  assertFindings(mended, "agents ok");
});

Deno.test("of an answer that comes from elsewhere than it says, both addresses are told", () => {
  const mismatch = {
    from: "203.0.113.7",
    reason: "address-mismatch",
    claimed: "192.168.1.11",
  } as const;
  const answers = [answer("10.0.0.11")];
  for (const facts of [{ refused: [mismatch] }, { refusedByProgram: [mismatch] }]) {
    const [, found = ""] = check({ answers, ...facts });
    for (const word of ["203.0.113.7", "192.168.1.11", "LB_ADVERTISE"]) {
      assertStringIncludes(found, word);
    }
  }
});
