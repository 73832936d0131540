import { assert, assertEquals, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import fc from "fast-check";
import { planSweep, sweep, type Watched } from "./idle_sweep.ts";

function watchedOne() {
  return {
    place: -1,
    quietSweeps: 0,
    isCut: false,
    quiet: () => {},
    cut() {
      this.isCut = true;
    },
  };
}

Deno.test("a sweep comes ten times in the idle time, within bounds", () => {
  assertEquals(planSweep(4_000).intervalMs, 400);
  assertEquals(planSweep(50).intervalMs, 100);
  assertEquals(planSweep(3_600_000).intervalMs, 500);
});

Deno.test("a connection is never cut before its idle time, and at most two sweeps after it", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 1_000_000 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    (idleTimeoutMs, phase) => {
      const plan = planSweep(idleTimeoutMs);
      const connection = watchedOne();
      // The last byte passed at 0; the first sweep comes somewhere within the first interval.
      let now = phase * plan.intervalMs;
      while (sweep([connection], plan) === 0) now += plan.intervalMs;
      assert(connection.isCut);
      assertGreaterOrEqual(now, idleTimeoutMs);
      assertLessOrEqual(now, idleTimeoutMs + 2 * plan.intervalMs);
    },
  ));
});

Deno.test("a connection that moves bytes is not cut", () => {
  const plan = planSweep(1_000);
  const [busy, idle]: Watched[] = [watchedOne(), watchedOne()];
  let cut = 0;
  for (let round = 0; round <= plan.quietSweeps; round++) {
    if (busy) busy.quietSweeps = 0;
    cut += sweep([busy, idle].filter((one) => one !== undefined), plan);
  }
  assertEquals(cut, 1);
});

Deno.test("a connection that moves nothing for two seconds is said to be quiet, and not before", () => {
  const plan = planSweep(600_000);
  const quietAfter: number[] = [];
  let now = 0;
  const connection = { ...watchedOne(), quiet: () => void quietAfter.push(now) };
  while (quietAfter.length === 0) {
    now += plan.intervalMs;
    sweep([connection], plan);
  }
  // The first sweep may have come right after the last byte.
  assertGreaterOrEqual(now - plan.intervalMs, 2_000);
  assertLessOrEqual(now, 4_000);
});
