import { assert, assertEquals, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { planSweep, sweep, type Watched } from "./idle_sweep.ts";

const silentMs = 3_000;
const nobody = () => false;

function watchedOne() {
  return {
    place: -1,
    quietSweeps: 0,
    isSilent: false,
    slot: 0,
    isCut: false,
    quiet: () => {},
    cut() {
      this.isCut = true;
    },
  };
}

Deno.test("a sweep comes ten times in the idle time, within bounds", () => {
  assertEquals(planSweep(4_000, silentMs).intervalMs, 400);
  assertEquals(planSweep(50, silentMs).intervalMs, 100);
  assertEquals(planSweep(3_600_000, silentMs).intervalMs, 500);
});

Deno.test("a connection is never cut before its idle time, and at most two sweeps after it", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 1_000_000 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    (idleTimeoutMs, phase) => {
      const plan = planSweep(idleTimeoutMs, silentMs);
      const connection = watchedOne();
      // The last byte passed at 0; the first sweep comes somewhere within the first interval.
      let now = phase * plan.intervalMs;
      while (sweep([connection], plan, nobody) === 0) now += plan.intervalMs;
      assert(connection.isCut);
      assertGreaterOrEqual(now, idleTimeoutMs);
      assertLessOrEqual(now, idleTimeoutMs + 2 * plan.intervalMs);
    },
  ));
});

Deno.test("a connection that moves bytes is not cut", () => {
  const plan = planSweep(1_000, silentMs);
  const [busy, idle]: Watched[] = [watchedOne(), watchedOne()];
  let cut = 0;
  for (let round = 0; round <= plan.quietSweeps; round++) {
    if (busy) busy.quietSweeps = 0;
    cut += sweep([busy, idle].filter((one) => one !== undefined), plan, nobody);
  }
  assertEquals(cut, 1);
});

Deno.test("a connection that moves nothing for two seconds is said to be quiet, and not before", () => {
  const plan = planSweep(600_000, silentMs);
  const quietAfter: number[] = [];
  let now = 0;
  const connection = { ...watchedOne(), quiet: () => void quietAfter.push(now) };
  while (quietAfter.length === 0) {
    now += plan.intervalMs;
    sweep([connection], plan, nobody);
  }
  // The first sweep may have come right after the last byte.
  assertGreaterOrEqual(now - plan.intervalMs, 2_000);
  assertLessOrEqual(now, 4_000);
});

/** A connection to a slot that notes why it is cut. */
function cuttable(slot: number, isSilent: boolean) {
  const causes: string[] = [];
  return {
    ...watchedOne(),
    slot,
    isSilent,
    causes,
    cut: (cause: string) => void causes.push(cause),
  };
}

Deno.test("a connection that never carried a byte gives way where others wait, and nowhere else", () => {
  const plan = planSweep(600_000, silentMs);
  const [wanted, spoken, elsewhere] = [cuttable(1, true), cuttable(1, false), cuttable(2, true)];
  const all = [wanted, spoken, elsewhere];
  let now = 0;
  while (wanted.causes.length === 0) {
    now += plan.intervalMs;
    sweep(all, plan, (slot) => slot === 1);
  }
  assertEquals(all.map(({ causes }) => causes), [["silent"], [], []]);
  // The first sweep may have come right after it was connected.
  assertGreaterOrEqual(now - plan.intervalMs, silentMs);
  assertLessOrEqual(now, silentMs + 2 * plan.intervalMs);
});

Deno.test("one that has been silent for long gives way as soon as somebody waits", () => {
  const plan = planSweep(600_000, silentMs);
  const silent = cuttable(1, true);
  for (let round = 0; round < 100; round++) sweep([silent], plan, nobody);
  assertEquals(silent.causes, []);
  sweep([silent], plan, () => true);
  assertEquals(silent.causes, ["silent"]);
});
