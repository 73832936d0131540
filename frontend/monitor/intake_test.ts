import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Report } from "../../lib/protocol/messages.ts";
import type { Machine } from "./machine.ts";
import { Intake } from "./intake.ts";
import { exampleReport } from "./report_fixture.ts";
import { type HeardReport, Roster } from "./roster.ts";

/** An intake whose verdicts are carried out. */
function setUp(capacity = 100) {
  const roster = new Roster();
  const intake = new Intake(roster, { secret: 7, capacity });
  let round = 0;
  const begin = () => {
    round++;
    intake.beginRound(round);
  };
  begin();
  const hear = (source: string, changes: Partial<Report> = {}, by: Partial<HeardReport> = {}) => {
    const report = exampleReport({ address: source, ...changes });
    const how = { via: "eth0", round, isAnswer: true, rttMs: 1 };
    const heard = { report, source, ...how, ...by };
    const verdict = intake.judge(heard);
    if (verdict.kind === "refused") return verdict.reason;
    if (verdict.kind === "newcomer" && verdict.displaced !== null) {
      roster.forget(verdict.displaced);
      intake.leave(verdict.displaced);
    }
    const { machine } = roster.hear(heard);
    if (verdict.kind === "newcomer") intake.enter(machine, verdict.rank);
    if (!heard.isAnswer) intake.announced(machine);
    return verdict.kind;
  };
  const lose = (machine: Machine) => {
    machine.missed = 3;
    roster.forget(machine);
    intake.leave(machine);
  };
  return { roster, begin, hear, lose };
}

const agent = (number: number) => ({ agent: BigInt(number), instance: BigInt(1_000 + number) });

Deno.test("four agents answer from an address, a fifth does not, elsewhere it does", () => {
  const { hear, roster } = setUp();
  const kinds = [1, 2, 3, 4, 5].map((number) => hear("10.0.0.11", agent(number)));
  assertEquals(kinds, [...Array(4).fill("newcomer"), "crowded-address"]);
  assertEquals(hear("10.0.0.11", agent(4)), "known");
  assertEquals(hear("10.0.0.12", agent(5)), "newcomer");
  const [first] = roster.machines;
  assert(first !== undefined);
  roster.forget(first);
  assertEquals(hear("10.0.0.11", agent(6)), "newcomer");
});

Deno.test("the place of one that was never up rests when it falls silent, that of one that was does not", () => {
  const { hear, begin, roster, lose } = setUp();
  for (const number of [1, 2, 3, 4]) hear("10.0.0.11", agent(number));
  const [settled] = roster.machines;
  assert(settled !== undefined);
  roster.settle(settled);
  for (const machine of [...roster.machines]) lose(machine);
  assertEquals(hear("10.0.0.11", agent(5)), "newcomer");
  assertEquals(hear("10.0.0.11", agent(6)), "crowded-address");
  for (let time = 0; time < 20; time++) begin();
  assertEquals(hear("10.0.0.11", agent(6)), "newcomer");
});

Deno.test("an agent that is known elsewhere does not come to a crowded address either", () => {
  const { hear } = setUp();
  for (const number of [1, 2, 3, 4]) hear("10.0.0.11", agent(number));
  hear("10.0.0.12", agent(5));
  assertEquals(hear("10.0.0.11", agent(5)), "crowded-address");
});

Deno.test("four agents advertise an address, a fifth does not, nor one that changes its mind", () => {
  const { hear } = setUp();
  const advertise = "192.0.2.1";
  const kinds = [1, 2, 3, 4, 5].map((number) => {
    return hear(`10.0.0.${number}`, { ...agent(number), advertise });
  });
  assertEquals(kinds, [...Array(4).fill("newcomer"), "crowded-address"]);
  assertEquals(hear("10.0.0.5", agent(5)), "newcomer");
  assertEquals(hear("10.0.0.5", { ...agent(5), advertise }), "crowded-address");
  assertEquals(hear("10.0.0.1", agent(1)), "known");
  assertEquals(hear("10.0.0.5", { ...agent(5), advertise }), "known", "the first left its place");
});

Deno.test("an agent has four addresses, and one more when one has fallen silent", () => {
  const { hear, begin, roster } = setUp();
  const addresses = [1, 2, 3, 4, 5].map((host) => `10.0.${host}.11`);
  assertEquals(addresses.map((address) => hear(address)).at(-1), "excess");
  for (let time = 0; time < 2; time++) {
    begin();
    for (const address of addresses.slice(1, 4)) hear(address);
  }
  assertEquals(hear(addresses[4] ?? ""), "known");
  assertEquals([...roster.machines].map(({ paths }) => [...paths.keys()]), [addresses.slice(1)]);
  assertEquals(roster.answering.count("10.0.1.11"), 0);
});

Deno.test("an agent is started anew once in a round", () => {
  const { hear, begin } = setUp();
  hear("10.0.0.11", { instance: 1n });
  begin();
  const kinds = [2n, 3n, 2n].map((instance) => hear("10.0.0.11", { instance }));
  assertEquals(kinds, ["known", "excess", "known"]);
  begin();
  assertEquals(hear("10.0.0.11", { instance: 3n }), "known");
});

Deno.test("an agent makes eight announcements in a round", () => {
  const { hear, begin } = setUp();
  hear("10.0.0.11");
  const announce = () => hear("10.0.0.11", {}, { isAnswer: false, rttMs: null });
  const kinds = Array.from({ length: 9 }, announce);
  assertEquals(kinds, [...Array(8).fill("known"), "excess"]);
  begin();
  assertEquals(announce(), "known");
});

Deno.test("who was up keeps its place, who was not makes room after some rounds", () => {
  const { hear, begin, roster } = setUp(2);
  hear("10.0.0.1", agent(1));
  const [settled] = roster.machines;
  assert(settled !== undefined);
  roster.settle(settled);
  hear("10.0.0.2", agent(2));
  for (let time = 0; time < 2; time++) {
    begin();
    hear("10.0.0.2", agent(2));
    assertEquals(hear("10.0.0.3", agent(3)), "no-room");
  }
  begin();
  assertEquals(hear("10.0.0.3", agent(3)), "newcomer");
  assertEquals([...roster.machines].map(({ agent }) => agent), [1n, 3n]);
});

Deno.test("the specification says what the bounds are", async () => {
  const file = new URL("../../lib/protocol/SPECIFICATION.md", import.meta.url);
  const prose = (await Deno.readTextFile(file)).replace(/\s+/g, " ");
  for (
    const bound of [
      "four agents for each address",
      "1,024 agents that were not known before in a round",
      "2,048 agents and as many services",
      "three rounds unanswered",
      "four addresses for each agent; one start and eight announcements",
      "at most 128 without an answer",
    ]
  ) assertStringIncludes(prose, bound);
});
