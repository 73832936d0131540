import { assertEquals } from "@std/assert";
import { fleet } from "./fleet_fixture.ts";
import type { Policy } from "./policy.ts";
import { preference } from "./preference.ts";
import { contextAt } from "./spread_fixture.ts";

const table = fleet([]);

/** Picks the last of those it is given, and notes what it was given. */
function notingPolicy(): { policy: Policy; given: (readonly number[])[] } {
  const given: (readonly number[])[] = [];
  return {
    given,
    policy: {
      pick(slots) {
        given.push(slots);
        return slots.at(-1) ?? NaN;
      },
    },
  };
}

Deno.test("every candidate comes once, each picked among the rest", () => {
  const { policy, given } = notingPolicy();
  const order = [...preference(policy, () => [4, 5, 6], table, contextAt(0))];
  assertEquals(order, [6, 5, 4]);
  assertEquals(given, [[4, 5, 6], [4, 5], [4]]);
});

Deno.test("nothing is worked out before it is asked for", () => {
  const { policy, given } = notingPolicy();
  const order = preference(policy, () => [4, 5, 6], table, contextAt(0))[Symbol.iterator]();
  assertEquals(given.length, 0);
  order.next();
  assertEquals(given.length, 1);
});

Deno.test("where there are no candidates there is no order", () => {
  const { policy } = notingPolicy();
  assertEquals([...preference(policy, () => [], table, contextAt(0))], []);
});

Deno.test("a server that goes away while another is dialled is left out, one that comes is not", () => {
  const { policy } = notingPolicy();
  let candidates = [1, 2, 3];
  const order = preference(policy, () => candidates, table, contextAt(0));
  assertEquals(order.next().value, 3);
  candidates = [1, 3, 4];
  assertEquals([...order], [4, 1]);
});
