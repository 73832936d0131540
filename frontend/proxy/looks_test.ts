import { assert, assertEquals } from "@std/assert";
import { eventually } from "./loopback_fixture.ts";
import { Looks } from "./looks.ts";

Deno.test("no look is taken before the thread has dealt with what is ready", async () => {
  let turn = Promise.withResolvers<void>();
  let turns = 0;
  let seen = 0;
  using looks = new Looks({
    intervalMs: 1,
    turn: () => (turns++, turn.promise),
    look: () => ++seen < 1_000,
  });
  looks.begin();
  await eventually("a turn is asked for", () => turns === 1);
  // Many intervals later it is still the same turn.
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals([turns, seen], [1, 0]);
  const first = turn;
  turn = Promise.withResolvers();
  first.resolve();
  await eventually("another turn is asked for", () => turns === 2);
  assertEquals(seen, 1);
});

Deno.test("with nothing left to look at there are no more looks, until they begin anew", async () => {
  let seen = 0;
  using looks = new Looks({ intervalMs: 1, turn: () => Promise.resolve(), look: () => ++seen < 3 });
  looks.begin();
  await eventually("it looks", () => seen === 3);
  await new Promise((resolve) => setTimeout(resolve, 10));
  assertEquals(seen, 3);
  looks.begin();
  await eventually("it looks again", () => seen > 3);
  assert(seen > 3);
});
