import { assertEquals, assertRejects } from "@std/assert";
import { dial, type DialOptions, type Race } from "./dial.ts";

/** Attempts that end by hand, and slowness that comes by hand. */
function byHand() {
  const attempts = new Map<number, { race: Race; settle: (succeeds: boolean) => void }>();
  const slow = new Map<number, () => void>();
  const options: DialOptions<number> = {
    attempt(slot, race) {
      const { promise, resolve } = Promise.withResolvers<number | null>();
      const settle = (succeeds: boolean) => resolve(succeeds && race.win() ? slot : null);
      attempts.set(slot, { race, settle });
      return promise;
    },
    whenSlow(slot, callback) {
      slow.set(slot, callback);
      return () => slow.delete(slot);
    },
  };
  return {
    options,
    tried: () => [...attempts.keys()],
    isOver: (slot: number) => attempts.get(slot)?.race.isOver(),
    delay: (slot: number) => slow.get(slot)?.(),
    watched: () => slow.size,
    async settle(slot: number, succeeds: boolean) {
      attempts.get(slot)?.settle(succeeds);
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

Deno.test("candidates are asked for one by one, until one is connected", async () => {
  const hand = byHand();
  const candidates = [5, 2, 8].values();
  const server = dial(candidates, hand.options);
  assertEquals(hand.tried(), [5]);
  await hand.settle(5, false);
  assertEquals(hand.tried(), [5, 2]);
  await hand.settle(2, true);
  assertEquals(await server, 2);
  // What is left can be tried later.
  assertEquals(candidates.next().value, 8);
  assertEquals(hand.watched(), 0);
});

Deno.test("beside an attempt that is slow the next candidate is tried, and the first wins", async () => {
  for (const winner of [1, 2]) {
    const hand = byHand();
    const server = dial([1, 2, 3].values(), hand.options);
    hand.delay(1);
    assertEquals(hand.tried(), [1, 2]);
    await hand.settle(winner, true);
    assertEquals(await server, winner);
    assertEquals(hand.isOver(3 - winner), true);
    await hand.settle(3 - winner, true);
    assertEquals(hand.tried(), [1, 2]);
    assertEquals(hand.watched(), 0);
  }
});

Deno.test("a slow attempt brings in one candidate, not another when it fails later", async () => {
  const hand = byHand();
  const server = dial([1, 2, 3].values(), hand.options);
  hand.delay(1);
  hand.delay(1);
  await hand.settle(1, false);
  assertEquals(hand.tried(), [1, 2]);
  await hand.settle(2, false);
  await hand.settle(3, true);
  assertEquals(await server, 3);
});

Deno.test("when all attempts under way have failed the next candidate is tried", async () => {
  const hand = byHand();
  const server = dial([1, 2, 3].values(), hand.options);
  hand.delay(1);
  await hand.settle(2, false);
  assertEquals(hand.tried(), [1, 2, 3]);
  hand.delay(3);
  await hand.settle(3, false);
  await hand.settle(1, false);
  assertEquals(await server, null);
});

Deno.test("without candidates nothing is connected", async () => {
  assertEquals(await dial([].values(), byHand().options), null);
});

Deno.test("what is no failure to connect is passed on", async () => {
  const attempt = () => Promise.reject(new TypeError("broken"));
  await assertRejects(
    () => dial([1].values(), { attempt, whenSlow: () => () => {} }),
    TypeError,
    "broken",
  );
});
