import { assertEquals } from "@std/assert";
import { StateTable } from "../table/state_table.ts";
import type { Trial } from "./trials.ts";
import { Trials } from "./trials.ts";

/** The trials of two workers, and a clock that moves only where somebody waits. */
function trials() {
  const table = StateTable.create({ capacity: 1, workers: 2 });
  let now = 1_000;
  let sleepers: (() => void)[] = [];
  const pause = () => new Promise<void>((resolve) => sleepers.push(resolve));
  const clock = () => now;
  const of = (worker: number) => new Trials({ table, worker, clock, pause });
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 5) {
      now += 5;
      const woken = sleepers;
      sleepers = [];
      for (const wake of woken) wake();
      await new Promise((resolve) => setTimeout(resolve));
    }
  };
  return { one: of(0), other: of(1), pass };
}

/** Begins a trial, and tells whether it has begun. */
function begin(trials: Trials): { trial: Promise<Trial>; hasBegun: () => boolean } {
  let hasBegun = false;
  const trial = trials.begin().then((trial) => {
    hasBegun = true;
    return trial;
  });
  return { trial, hasBegun: () => hasBegun };
}

Deno.test("bytes follow, of whichever worker, when those before them were answered", async () => {
  const { one, other, pass } = trials();
  const first = await one.begin();
  const waiting = [begin(one), begin(one), begin(other)];
  await pass(20);
  assertEquals(waiting.map(({ hasBegun }) => hasBegun()), [false, false, false]);
  first.end("answered");
  await pass(5);
  // Those of the same worker need no trial any more.
  assertEquals(waiting.slice(0, 2).map(({ hasBegun }) => hasBegun()), [true, true]);
  await pass(105);
  assertEquals(waiting[2]?.hasBegun(), true);
});

Deno.test("after bytes that were reset again nothing follows for a moment", async () => {
  const { one, pass } = trials();
  const first = await one.begin();
  const next = begin(one);
  first.end("reset");
  first.end("answered");
  await pass(45);
  assertEquals(next.hasBegun(), false);
  await pass(5);
  assertEquals(next.hasBegun(), true);
});

Deno.test("an answer that takes long, or never comes, is not waited for", async () => {
  const { one, pass } = trials();
  await one.begin();
  const next = begin(one);
  await pass(95);
  assertEquals(next.hasBegun(), false);
  await pass(5);
  assertEquals(next.hasBegun(), true);
});

Deno.test("nobody waits longer than half a second", async () => {
  const { one, pass } = trials();
  (await one.begin()).end("reset");
  const waiting = Array.from({ length: 40 }, () => begin(one));
  await pass(505);
  assertEquals(waiting.every(({ hasBegun }) => hasBegun()), true);
});
