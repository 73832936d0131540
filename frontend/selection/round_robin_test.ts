import { assertEquals, assertLess, assertThrows } from "@std/assert";
import fc from "fast-check";
import { fleet } from "./fleet_fixture.ts";
import type { Policy } from "./policy.ts";
import { roundRobin } from "./round_robin.ts";
import { seededRandom } from "./seeded_random.ts";
import { contextAt, countChoices } from "./spread_fixture.ts";

const table = fleet([]);

function turns(policy: Policy, slots: readonly number[], times: number): number[] {
  const context = contextAt(0);
  return Array.from({ length: times }, () => policy.pick(slots, table, context));
}

Deno.test("every server has exactly one turn in every round, always in the same order", () => {
  const policy = roundRobin();
  const round = turns(policy, [0, 1, 2, 3], 4);
  assertEquals(round.toSorted(), [0, 1, 2, 3]);
  assertEquals(turns(policy, [0, 1, 2, 3], 4), round);
  assertEquals(turns(policy, [0, 1, 2, 3], 4), round);
});

Deno.test("the workers do not all begin with the same server", () => {
  const random = seededRandom(1);
  const firsts = new Set<number>();
  for (let worker = 0; worker < 40; worker++) {
    firsts.add(roundRobin().pick([0, 1, 2], table, contextAt(0, random)));
  }
  assertEquals([...firsts].toSorted(), [0, 1, 2]);
});

Deno.test("a server that comes gets its share and no more", () => {
  const policy = roundRobin();
  turns(policy, [0, 1], 100);
  const counts = countChoices(policy, [0, 1, 2], table, { times: 30, context: contextAt(0) });
  for (const count of counts) assertLess(Math.abs(count - 10), 2, `${counts}`);
});

Deno.test("a server that returns is not made up to for the time it was away", () => {
  const policy = roundRobin();
  turns(policy, [0, 1, 2], 30);
  turns(policy, [0, 1], 1000);
  const counts = countChoices(policy, [0, 1, 2], table, { times: 30, context: contextAt(0) });
  for (const count of counts) assertLess(Math.abs(count - 10), 2, `${counts}`);
});

Deno.test("whoever the candidates are from one choice to the next, each gets its share", () => {
  const changes = fc.array(fc.uniqueArray(fc.nat(5), { minLength: 1 }), { minLength: 200 });
  fc.assert(fc.property(changes, (rounds) => {
    const policy = roundRobin();
    const owed = new Map<number, number>();
    for (const slots of rounds) {
      const chosen = policy.pick(slots, table, contextAt(0));
      for (const slot of slots) owed.set(slot, (owed.get(slot) ?? 0) + 1 / slots.length);
      owed.set(chosen, (owed.get(chosen) ?? 0) - 1);
    }
    for (const [slot, connections] of owed) {
      assertLess(Math.abs(connections), 3, `server ${slot} is owed ${connections}`);
    }
  }));
});

Deno.test("nobody has a turn where there is nobody", () => {
  assertThrows(() => turns(roundRobin(), [], 1), RangeError, "no candidates");
});
