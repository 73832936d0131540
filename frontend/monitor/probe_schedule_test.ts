import { assert, assertEquals } from "@std/assert";
import { answerWindow, isStalled, roundLength } from "./probe_schedule.ts";

Deno.test("rounds are as long as the interval in calm times and half as long in changing ones", () => {
  const calm = { now: 100_000, lastChange: 0, unsettled: false };
  assertEquals(roundLength(1_000, calm), 1_000);
  assertEquals(roundLength(1_000, { ...calm, unsettled: true }), 500);
  assertEquals(roundLength(1_000, { ...calm, lastChange: 97_001 }), 500);
  assertEquals(roundLength(1_000, { ...calm, lastChange: 97_000 }), 1_000);
  assertEquals(roundLength(1_000, { ...calm, lastChange: -Infinity }), 1_000);
});

Deno.test("the answer window is 10 ms, grows with the servers, and leaves time to ask again", () => {
  assertEquals(answerWindow(1, 1_000), 10);
  assertEquals(answerWindow(40, 1_000), 10);
  assertEquals(answerWindow(100, 1_000), 25);
  assertEquals(answerWindow(1_000, 1_000), 250);
  assertEquals(answerWindow(1_000_000, 1_000), 250);
  assertEquals(answerWindow(3, 25), 6);
  assertEquals(answerWindow(3, 1), 1);
});

Deno.test("a round that ends late by more than scheduling explains is a stall of our own", () => {
  assert(!isStalled(400, 1_000));
  assert(isStalled(600, 1_000));
  assert(!isStalled(60, 50));
  assert(isStalled(160, 50));
});
