import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { adaptive } from "./adaptive.ts";
import { adaptiveTuning } from "./adaptive_tuning.ts";
import {
  addServer,
  answers,
  connect,
  type Figures,
  fleet,
  tookToConnect,
} from "./fleet_fixture.ts";
import { seededRandom } from "./seeded_random.ts";
import { assertEvenSpread, contextAt, countChoices } from "./spread_fixture.ts";
import type { StateTable } from "../table/state_table.ts";

const now = 100_000;

function freshFleet(servers: readonly Figures[]): StateTable {
  return fleet(servers.map((figures) => ({ reportedAt: now, ...figures })));
}

/** Counts choices with figures as they are; every connection stays open or none does. */
function count(
  table: StateTable,
  times: number,
  connections: "stay open" | "end at once",
): number[] {
  return countChoices(adaptive(), [...table.slots()], table, {
    times,
    context: contextAt(now, seededRandom(7)),
    after: connections === "stay open" ? (slot) => connect(table, slot) : () => {},
  });
}

Deno.test("idle equal servers share evenly", () => {
  const server = { cpu: 0.02, ram: 0.3, rttMs: 0.2, inBps: 0, outBps: 0 };
  assertEvenSpread(count(freshFleet([server, server, server, server]), 4000, "end at once"));
});

Deno.test("servers of which nothing is known share evenly", () => {
  assertEvenSpread(count(fleet([{}, {}, {}]), 3000, "end at once"));
});

Deno.test("among equals the fewest connections in flight win", () => {
  const table = freshFleet([{ cpu: 0.5 }, { cpu: 0.5 }, { cpu: 0.5 }]);
  connect(table, 0, 5);
  connect(table, 1, 4);
  connect(table, 2, 5);
  assertEquals(count(table, 50, "end at once"), [0, 50, 0]);
});

Deno.test("among equals connections that stay open are spread to within one", () => {
  const server = { cpu: 0.5, ram: 0.5 };
  const counts = count(freshFleet([server, server, server]), 300, "stay open");
  assertEquals(counts, [100, 100, 100]);
});

const fullLink = { inBps: 0, outBps: 1e8 };
const differences: readonly (readonly [string, Figures, Figures])[] = [
  ["CPU", { cpu: 0.1 }, { cpu: 0.9 }],
  ["RAM", { ram: 0.1 }, { ram: 0.95 }],
  ["link to fill", { ...fullLink, linkBps: 1.25e8 }, { ...fullLink, linkBps: 1.25e7 }],
];
for (const [metric, light, heavy] of differences) {
  Deno.test(`a server with more ${metric} gets less, though not nothing`, () => {
    const [most = NaN, least = NaN] = count(freshFleet([light, heavy]), 1000, "stay open");
    assertLess(least, 0.8 * most);
    assertGreater(least, 0.05 * most);
  });
}

Deno.test("a server that is farther away gets less by what is in flight meanwhile", () => {
  const table = freshFleet([{ rttMs: 0.2 }, { rttMs: 20.2 }]);
  for (const slot of [0, 1]) tookToConnect(table, slot, 100);
  answers(table, 0, { count: 1000, tookMs: 20.2, place: 1, at: now });
  answers(table, 1, { count: 1000, tookMs: 40.2, place: 1, at: now });
  const [near = NaN, far = NaN] = count(table, 100, "stay open");
  // 40 ms farther for a connection, which is as long as two of 20 ms take.
  assertLess(Math.abs(near - far - 2), 2);
});

Deno.test("a server that answers four times as slowly gets a quarter", () => {
  const table = freshFleet([{}, {}]);
  answers(table, 0, { count: 1000, tookMs: 500, place: 1, at: now });
  answers(table, 1, { count: 1000, tookMs: 2_000, place: 1, at: now });
  const [fast = NaN, slow = NaN] = count(table, 500, "stay open");
  assertLess(Math.abs(fast - 400), 10);
  assertLess(Math.abs(slow - 100), 10);
});

Deno.test("one slow answer starves nobody", () => {
  const table = freshFleet([{}, {}]);
  for (const slot of [0, 1]) answers(table, slot, { count: 100, tookMs: 10, place: 1, at: now });
  answers(table, 1, { count: 1, tookMs: 1_000, place: 1, at: now });
  const [, slowOnce = NaN] = count(table, 300, "stay open");
  assertGreater(slowOnce, 90);
});

Deno.test("a server that was slow is tried again", () => {
  const table = freshFleet([{}, {}]);
  answers(table, 0, { count: 100, tookMs: 10, place: 1, at: now });
  answers(table, 1, { count: 100, tookMs: 100, place: 1, at: now - 60_000 });
  assertEvenSpread(count(table, 1000, "end at once"));
});

Deno.test("between two reports a thousand choices do not herd", () => {
  const servers = [{ cpu: 0.1 }, ...Array.from({ length: 9 }, () => ({ cpu: 0.5 }))];
  const [idlest = NaN, ...others] = count(freshFleet(servers), 1000, "stay open");
  assertGreater(idlest, 100);
  assertLess(idlest, 200);
  for (const one of others) assertGreater(one, 60);
});

Deno.test("an old report no longer turns connections away", () => {
  const stale = { reportedAt: now - 60_000 };
  const table = fleet([{ cpu: 0.1, ...stale }, { cpu: 0.9, ...stale }]);
  assertEvenSpread(count(table, 1000, "end at once"));
});

Deno.test("a newcomer is not flooded", () => {
  const table = freshFleet([{}, {}, {}]);
  for (const slot of table.slots()) connect(table, slot, 100);
  const newcomer = addServer(table, { stateSince: now, reportedAt: now });
  const counts = count(table, 100, "stay open");
  assertLess(counts[newcomer] ?? NaN, 20);
  assertGreater(counts[newcomer] ?? NaN, 5);
});

Deno.test("a newcomer is tried at once, though others are idle, too", () => {
  const table = freshFleet([{}, {}]);
  addServer(table, { stateSince: now, reportedAt: now });
  assertEvenSpread(count(table, 1000, "end at once"));
});

Deno.test("a newcomer gets a full share once it is warm", () => {
  const table = freshFleet([{}, {}]);
  addServer(table, { stateSince: now - 2_000, reportedAt: now });
  assertEvenSpread(count(table, 3000, "end at once"));
});

Deno.test("of more servers than are compared each gets its share", () => {
  const servers = Array.from({ length: 100 }, () => ({ cpu: 0.5 }));
  assertEvenSpread(count(freshFleet(servers), 3000, "end at once"));
});

Deno.test("of more servers than are compared the busy ones are avoided", () => {
  const table = freshFleet(Array.from({ length: 100 }, () => ({ cpu: 0.5 })));
  for (let slot = 0; slot < 50; slot++) connect(table, slot, 10);
  const counts = count(table, 300, "stay open");
  assertEquals(counts.slice(0, 50).reduce((sum, one) => sum + one), 0);
});

Deno.test("an idle server that was slow once is tried again before long, and spared if it still is", () => {
  const table = freshFleet([{}, {}]);
  const policy = adaptive();
  const random = seededRandom(3);
  const answer = (slot: number, count: number, at: number) =>
    answers(table, slot, { tookMs: slot === 0 ? 400 : 4, place: 1, count, at });
  const chosen = (at: number) => {
    const slot = policy.pick([0, 1], table, contextAt(at, random));
    answer(slot, 1, at);
    return slot;
  };
  let at = now;
  answer(0, 1, at);
  answer(1, 20, at);
  for (let time = 0; time < 100; time++) assertEquals(chosen(at += 10), 1);
  const tries = Array.from({ length: 400 }, () => chosen(at += 10)).filter((slot) => slot === 0);
  assertGreater(tries.length, 0);
  assertLess(tries.length, 40);
});

Deno.test("an idle server that was passed over for two seconds is tried, though others are idle", () => {
  const table = freshFleet([{}, {}]);
  answers(table, 0, { count: 1_000, tookMs: 2, place: 1, at: now });
  answers(table, 1, { count: 1_000, tookMs: 2_000, place: 1, at: now });
  const policy = adaptive();
  const random = seededRandom(7);
  const pick = (at: number) => policy.pick([0, 1], table, contextAt(at, random));
  assertEquals([pick(now), pick(now + 1_000), pick(now + 1_900)], [0, 0, 0]);
  assertEquals([pick(now + 2_100), pick(now + 2_200)], [1, 0]);
});

/** A server whose answers take a fortieth of the others' time, which nothing explains. */
function fleetWithDoubted(): StateTable {
  const table = freshFleet([{}, {}, {}]);
  for (const slot of [0, 1, 2]) {
    answers(table, slot, { count: 1_000, tookMs: slot === 0 ? 0.25 : 10, place: 1, at: now });
    table.setFigure("creditedPaceMs", slot, slot === 0 ? 5 : 10);
  }
  return table;
}

Deno.test("a server that is faster than anything explains is not preferred to idle ones", () => {
  assertEvenSpread(count(fleetWithDoubted(), 3000, "end at once"));
});

Deno.test("where no other is idle, it gets hardly more than it is credited with", () => {
  const table = fleetWithDoubted();
  connect(table, 1, 50);
  connect(table, 2, 50);
  const [own = NaN] = count(table, 1_000, "end at once");
  // Half of the work is its due, as it is credited with twice the others' speed.
  assertLess(Math.abs(own - 1_000 * adaptiveTuning.doubtedShare / 2), 20);
});
