import { assertEquals } from "@std/assert";
import { connect, fleet } from "./fleet_fixture.ts";
import { assertEvenSpread, contextAt, countChoices } from "./spread_fixture.ts";
import { twoChoices } from "./two_choices.ts";

Deno.test("idle servers share evenly", () => {
  const table = fleet([{}, {}, {}, {}]);
  const options = { times: 4000, context: contextAt(0) };
  assertEvenSpread(countChoices(twoChoices(), [0, 1, 2, 3], table, options));
});

Deno.test("of two servers the busier one is never chosen", () => {
  const table = fleet([{}, {}]);
  connect(table, 0);
  const options = { times: 100, context: contextAt(0) };
  assertEquals(countChoices(twoChoices(), [0, 1], table, options), [0, 100]);
});

Deno.test("the least busy server wins every pair it is in, and the busiest one none", () => {
  const table = fleet([{}, {}, {}]);
  connect(table, 1, 1);
  connect(table, 2, 2);
  const options = { times: 3000, context: contextAt(0) };
  const [least = NaN, middle = NaN, most] = countChoices(twoChoices(), [0, 1, 2], table, options);
  assertEquals(most, 0);
  // It is in two of the three pairs.
  assertEvenSpread([least / 2, least / 2, middle]);
});

Deno.test("a single server is chosen", () => {
  assertEquals(twoChoices().pick([1], fleet([{}, {}]), contextAt(0)), 1);
});
