import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { connect, fleet } from "./fleet_fixture.ts";
import { peakEwma } from "./peak_ewma.ts";
import type { Policy } from "./policy.ts";
import { seededRandom } from "./seeded_random.ts";
import { assertEvenSpread, contextAt, countChoices } from "./spread_fixture.ts";
import type { StateTable } from "../table/state_table.ts";

/** Two servers whose first byte takes so many milliseconds; NaN where unknown. */
function pair(firstByteMs: readonly [number, number]): StateTable {
  const table = fleet([{}, {}]);
  setFirstBytes(table, firstByteMs);
  return table;
}

function setFirstBytes(table: StateTable, firstByteMs: readonly [number, number]): void {
  for (const [slot, ms] of firstByteMs.entries()) table.setRelayFigure("firstByteMs", slot, 1, ms);
}

function countAt(now: number, policy: Policy, table: StateTable, times = 100): number[] {
  return countChoices(policy, [0, 1], table, { times, context: contextAt(now) });
}

Deno.test("of two idle servers the quicker one is chosen", () => {
  assertEquals(countAt(0, peakEwma(), pair([20, 10])), [0, 100]);
});

Deno.test("a server twice as quick carries twice as many connections", () => {
  const table = pair([20, 10]);
  const counts = countChoices(peakEwma(), [0, 1], table, {
    times: 300,
    context: contextAt(0),
    after: (slot) => connect(table, slot),
  });
  assertLess(Math.abs((counts[0] ?? NaN) - 100), 3, `${counts}`);
});

Deno.test("a figure is the mean of the workers that know it", () => {
  const table = pair([20, 15]);
  table.setRelayFigure("firstByteMs", 0, 0, 12);
  assertEquals(countAt(0, peakEwma(), table), [0, 100]);
  table.setRelayFigure("firstByteMs", 0, 0, 8);
  assertEquals(countAt(0, peakEwma(), table), [100, 0]);
});

Deno.test("a peak counts at once", () => {
  const table = pair([10, 20]);
  const policy = peakEwma();
  assertEquals(countAt(0, policy, table), [100, 0]);
  setFirstBytes(table, [50, 20]);
  assertEquals(countAt(1, policy, table), [0, 100]);
});

Deno.test("a peak is forgotten over some ten seconds", () => {
  const table = pair([50, 20]);
  const policy = peakEwma();
  countAt(0, policy, table);
  setFirstBytes(table, [10, 20.1]);
  assertEquals(countAt(1000, policy, table), [0, 100]);
  setFirstBytes(table, [10.1, 20.2]);
  assertEquals(countAt(30_000, policy, table), [100, 0]);
});

Deno.test("a slow server that nothing is sent to is tried again after a while", () => {
  const table = pair([100, 20]);
  const policy = peakEwma();
  assertEquals(countAt(0, policy, table), [0, 100]);
  for (let now = 100; now <= 20_000; now += 100) {
    setFirstBytes(table, [100, 20 + now % 200 / 1000]);
    countAt(now, policy, table, 1);
  }
  assertEquals(countAt(20_100, policy, table), [100, 0]);
});

Deno.test("until both servers have sent a byte their times to connect are compared", () => {
  const table = pair([NaN, 0.1]);
  table.setRelayFigure("connectMs", 0, 0, 3);
  table.setRelayFigure("connectMs", 1, 0, 9);
  assertEquals(countAt(0, peakEwma(), table), [100, 0]);
});

Deno.test("a newcomer of which nothing is known gets an even share, not a flood", () => {
  const table = pair([50, NaN]);
  const counts = countChoices(peakEwma(), [0, 1], table, {
    times: 500,
    context: contextAt(0),
    after: (slot) => connect(table, slot),
  });
  assertEquals(counts, [250, 250]);
});

Deno.test("equal servers share evenly", () => {
  const random = seededRandom(1);
  const table = fleet([{}, {}, {}, {}]);
  for (const slot of table.slots()) table.setRelayFigure("firstByteMs", slot, 0, 10);
  const counts = countChoices(peakEwma(), [0, 1, 2, 3], table, {
    times: 4000,
    context: contextAt(0, random),
  });
  assertEvenSpread(counts);
  assertGreater(Math.min(...counts), 0);
});
