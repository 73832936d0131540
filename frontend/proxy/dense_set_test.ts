import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DenseSet } from "./dense_set.ts";

function members(count: number) {
  return Array.from({ length: count }, (_, name) => ({ name, place: -1 }));
}

Deno.test("members come and go as those of a Set", () => {
  const step = fc.record({ name: fc.nat({ max: 9 }), isComing: fc.boolean() });
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const all = members(10);
    const [dense, plain] = [new DenseSet<typeof all[number]>(), new Set<typeof all[number]>()];
    for (const { name, isComing } of steps) {
      const member = all[name];
      assert(member !== undefined);
      if (isComing) {
        dense.add(member);
        plain.add(member);
      } else {
        assertEquals(dense.delete(member), plain.delete(member));
      }
      assertEquals(dense.size, plain.size);
    }
    assertEquals(new Set(dense), plain);
  }));
});

Deno.test("every member that stays comes, whoever else leaves meanwhile", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 20 }),
    fc.array(fc.tuple(fc.nat({ max: 19 }), fc.nat({ max: 19 }))),
    (count, departures) => {
      const all = members(count);
      const set = new DenseSet<typeof all[number]>();
      for (const member of all) set.add(member);
      const come = new Set<number>();
      for (const member of set) {
        come.add(member.name);
        for (const [when, who] of departures) {
          const leaving = all[who];
          if (when === member.name && leaving) set.delete(leaving);
        }
      }
      for (const { name } of set) assert(come.has(name), `${name} did not come`);
    },
  ));
});

Deno.test("one that is in another set is not taken out of that", () => {
  const [one] = members(1);
  assert(one !== undefined);
  const [its, other] = [new DenseSet(), new DenseSet()];
  its.add(one);
  assertEquals(other.delete(one), false);
  assertEquals(its.size, 1);
});
