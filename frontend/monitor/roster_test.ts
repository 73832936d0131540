import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { exampleReport } from "./report_fixture.ts";
import { type HeardReport, Roster } from "./roster.ts";

/** An answer of agent 0xa1, instance 0xb1, from 10.0.0.11 by eth0. */
function answer(
  round: number,
  { agent, instance, ...changes }: Partial<HeardReport> & { agent?: bigint; instance?: bigint } =
    {},
): HeardReport {
  const report = exampleReport({ agent: agent ?? 0xa1n, instance: instance ?? 0xb1n });
  const heard = { source: "10.0.0.11", via: "eth0", round, isAnswer: true, rttMs: 1 };
  return { report, ...heard, ...changes };
}

Deno.test("an agent heard by two interfaces is one machine", () => {
  const roster = new Roster();
  const first = roster.hear(answer(1));
  const second = roster.hear(answer(1, { source: "10.1.0.11", via: "eth1" }));
  assertStrictEquals(first.machine, second.machine);
  assert(first.isFirstInRound && !second.isFirstInRound);
});

Deno.test("the clearly faster address is preferred, one that is about as fast is not", () => {
  const roster = new Roster();
  const { machine } = roster.hear(answer(1, { rttMs: 1 }));
  roster.hear(answer(1, { source: "10.1.0.11", rttMs: 0.9 }));
  assertEquals(machine.preferred.address, "10.0.0.11");
  roster.hear(answer(1, { source: "10.2.0.11", rttMs: 0.3 }));
  assertEquals(machine.preferred.address, "10.2.0.11");
});

Deno.test("when the preferred address falls silent, another that answers takes over", () => {
  const roster = new Roster();
  const { machine } = roster.hear(answer(1, { rttMs: 0.3 }));
  for (let round = 1; round <= 2; round++) {
    roster.hear(answer(round, { source: "10.1.0.11", rttMs: 1 }));
    assertEquals(machine.preferred.address, "10.0.0.11");
  }
  roster.hear(answer(3, { source: "10.1.0.11", rttMs: 1 }));
  assertEquals(machine.preferred.address, "10.1.0.11");
});

Deno.test("an agent restarted at its address is the same machine", () => {
  const roster = new Roster();
  const { machine } = roster.hear(answer(1));
  const again = roster.hear(answer(2, { instance: 0xb2n }));
  assertStrictEquals(again.machine, machine);
  assert(again.restarted);
  assertStrictEquals(roster.hear(answer(3, { instance: 0xb2n })).machine, machine);
});

Deno.test("a machine that was lost and came back under another address is the same machine", () => {
  const roster = new Roster();
  const { machine } = roster.hear(answer(1));
  for (const round of [2, 3, 4]) roster.closeRound(round, () => true);
  const back = roster.hear(answer(5, { instance: 0xb2n, source: "10.0.0.99" }));
  assertStrictEquals(back.machine, machine);
  assertEquals(machine.preferred.address, "10.0.0.99");
  assertEquals([...machine.paths.keys()], ["10.0.0.99"]);
});

Deno.test("two machines that answer at once under one id are two, and are reported once", () => {
  const roster = new Roster();
  const reported: boolean[] = [];
  for (let round = 1; round <= 3; round++) {
    const one = roster.hear(answer(round));
    const other = roster.hear(answer(round, { instance: 0xc1n, source: "10.0.0.12" }));
    reported.push(one.duplicateOf !== null, other.duplicateOf !== null);
  }
  assertEquals(roster.machines.size, 2);
  assertEquals(reported.filter(Boolean).length, 1);
});

Deno.test("whoever knows the id of a machine that lost an answer does not take its place", () => {
  const roster = new Roster();
  const { machine } = roster.hear(answer(1));
  for (const round of [2, 3]) roster.closeRound(round, () => true);
  const other = roster.hear(answer(4, { instance: 0xc1n, source: "10.0.0.66" }));
  assert(other.machine !== machine);
  assertEquals(machine.preferred.address, "10.0.0.11");
});

Deno.test("a clone that appears where a lost machine's id was taken over is told apart", () => {
  const roster = new Roster();
  roster.hear(answer(1));
  for (const round of [2, 3, 4]) roster.closeRound(round, () => true);
  roster.hear(answer(5, { instance: 0xc1n, source: "10.0.0.12" }));
  for (let round = 6; round <= 8; round++) {
    roster.hear(answer(round));
    roster.hear(answer(round, { instance: 0xc1n, source: "10.0.0.12" }));
  }
  assertEquals(roster.machines.size, 2);
  assert([...roster.machines].every((machine) => machine.duplicated));
});

Deno.test("silence counts only in rounds that began after the machine was known", () => {
  const roster = new Roster();
  const { machine } = roster.hear(answer(5));
  assertEquals(roster.closeRound(5, () => true), []);
  assertEquals(roster.silentIn(6), [machine]);
  assertEquals(roster.closeRound(6, () => true), [machine]);
  assertEquals(roster.closeRound(7, () => true), [machine]);
  assertEquals(machine.missed, 2);
  roster.hear(answer(8));
  assertEquals(roster.closeRound(8, () => true), []);
  assertEquals(machine.missed, 0);
});

Deno.test("a late answer to an earlier round does not undo a newer one", () => {
  const roster = new Roster();
  const { machine } = roster.hear(answer(4));
  assert(!roster.hear(answer(3)).isFirstInRound);
  assertEquals(machine.answeredRound, 4);
});

Deno.test("a forgotten machine is new again, and its clone is no clone any more", () => {
  const roster = new Roster();
  for (let round = 1; round <= 2; round++) {
    roster.hear(answer(round));
    roster.hear(answer(round, { instance: 0xc1n, source: "10.0.0.12" }));
  }
  const [first, second] = roster.machines;
  assert(first !== undefined && second?.duplicated);
  roster.forget(first);
  assert(!second.duplicated);
  assert(roster.hear(answer(3, { instance: 0xd1n })).machine !== first);
});
