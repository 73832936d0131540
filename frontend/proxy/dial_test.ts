import { assertEquals } from "@std/assert";
import { Dial } from "./dial.ts";

/** A dial whose attempts end by hand. */
function byHand(slots: readonly number[]) {
  const left = [...slots];
  const numbers = new Map<number, number>();
  const dialled: (number | null)[] = [];
  const dial = new Dial<number>({
    nextSlot: () => left.shift() ?? null,
    attempt: (slot, _dial, number) => void numbers.set(slot, number),
    dialled: (server) => void dialled.push(server),
  });
  dial.start();
  const number = (slot: number) => numbers.get(slot) ?? NaN;
  return {
    dial,
    left,
    dialled,
    tried: () => [...numbers.keys()],
    delay: (slot: number) => dial.slow(number(slot)),
    fail: (slot: number) => dial.failed(number(slot)),
    succeed: (slot: number) => dial.isOver ? dial.failed(number(slot)) : dial.won(slot),
  };
}

Deno.test("servers are asked for one by one, until one is connected", () => {
  const hand = byHand([5, 2, 8]);
  assertEquals(hand.tried(), [5]);
  hand.fail(5);
  assertEquals(hand.tried(), [5, 2]);
  hand.succeed(2);
  assertEquals(hand.dialled, [2]);
  // What is left can be tried later.
  assertEquals(hand.left, [8]);
});

Deno.test("beside an attempt that is slow the next server is tried, and the first wins", () => {
  for (const winner of [1, 2]) {
    const hand = byHand([1, 2, 3]);
    hand.delay(1);
    assertEquals(hand.tried(), [1, 2]);
    hand.succeed(winner);
    assertEquals(hand.dial.isOver, true);
    hand.succeed(3 - winner);
    assertEquals(hand.dialled, [winner]);
    assertEquals(hand.tried(), [1, 2]);
  }
});

Deno.test("a slow attempt brings in one server, not another when it fails later", () => {
  const hand = byHand([1, 2, 3]);
  hand.delay(1);
  hand.delay(1);
  hand.fail(1);
  assertEquals(hand.tried(), [1, 2]);
  hand.fail(2);
  hand.succeed(3);
  assertEquals(hand.dialled, [3]);
});

Deno.test("when all attempts under way have failed the next server is tried", () => {
  const hand = byHand([1, 2, 3]);
  hand.delay(1);
  hand.fail(2);
  assertEquals(hand.tried(), [1, 2, 3]);
  hand.delay(3);
  hand.fail(3);
  assertEquals(hand.dialled, []);
  hand.fail(1);
  assertEquals(hand.dialled, [null]);
});

Deno.test("without servers nothing is connected", () => {
  const hand = byHand([]);
  assertEquals(hand.dialled, [null]);
  assertEquals(hand.dial.isOver, true);
});

Deno.test("attempts may fail at once", () => {
  const tried: number[] = [];
  const slots = [1, 2, 3];
  const dialled: (number | null)[] = [];
  new Dial<number>({
    nextSlot: () => slots.shift() ?? null,
    attempt(slot, dial, number) {
      tried.push(slot);
      dial.failed(number);
    },
    dialled: (server) => void dialled.push(server),
  }).start();
  assertEquals(tried, [1, 2, 3]);
  assertEquals(dialled, [null]);
});
