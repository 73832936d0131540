import { assert, assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import fc from "fast-check";
import { type Figures, fleet } from "./fleet_fixture.ts";
import { explainTilt, tiltsOf, trackTilts } from "./tilt.ts";
import type { MonitorFigure } from "../table/state_table.ts";

const now = 100_000;

/** Tilts of servers whose reports are fresh unless they say otherwise. */
function tilts(...servers: readonly Figures[]): readonly number[] {
  const table = fleet(servers.map((figures) => ({ reportedAt: now, ...figures })));
  return tiltsOf([...table.slots()], table, now);
}

/** How many times the first server's tilt the second one's is. */
function ratio(one: Figures, other: Figures): number {
  const [first = NaN, second = NaN] = tilts(one, other);
  return second / first;
}

Deno.test("equal servers are not tilted", () => {
  const server = { cpu: 0.4, ram: 0.6, rttMs: 0.3, inBps: 1e6, outBps: 1e7, linkBps: 1e8 };
  for (const tilt of tilts(server, server, server)) assertAlmostEquals(tilt, 1);
});

Deno.test("each of the four metrics alone tilts", () => {
  assertGreater(ratio({ cpu: 0.1 }, { cpu: 0.9 }), 2);
  assertGreater(ratio({ ram: 0.1 }, { ram: 0.9 }), 2);
  assertGreater(ratio({ rttMs: 0.3 }, { rttMs: 15 }), 2);
  assertGreater(ratio({ inBps: 0, outBps: 1e6 }, { inBps: 0, outBps: 1e8 }), 2);
});

Deno.test("metrics multiply", () => {
  const cpu = ratio({ cpu: 0.1 }, { cpu: 0.9 });
  const ram = ratio({ ram: 0.1 }, { ram: 0.9 });
  assertAlmostEquals(ratio({ cpu: 0.1, ram: 0.1 }, { cpu: 0.9, ram: 0.9 }), cpu * ram);
});

Deno.test("who does not know a figure is neither better nor worse off than the average", () => {
  const [idle = NaN, unknown, busy = NaN] = tilts({ cpu: 0 }, {}, { cpu: 1 });
  assertEquals(unknown, 1);
  assertLess(idle, 1);
  assertGreater(busy, 1);
});

Deno.test("where nobody knows a figure it takes no part", () => {
  assertEquals(tilts({ cpu: NaN }, {}), [1, 1]);
});

Deno.test("a report counts half at five seconds and next to nothing at a minute", () => {
  const tiltAtAge = (age: number) => {
    const [, tilt = NaN] = tilts({ cpu: 0 }, { cpu: 1, reportedAt: now - age });
    return tilt;
  };
  assertAlmostEquals(tiltAtAge(0), 1.5);
  assertAlmostEquals(tiltAtAge(1000), 1.5, 0.02);
  // The mean moves, too: the fresh report weighs twice as much in it.
  assertAlmostEquals(tiltAtAge(5000), 1 + (3 / (5 / 3) - 1) / 2);
  assertLess(tiltAtAge(60_000), 1.02);
});

Deno.test("figures of a report whose time is unknown are not trusted", () => {
  const table = fleet([{ cpu: 0.1, reportedAt: now }, { cpu: 0.9 }]);
  assertEquals(tiltsOf([0, 1], table, now), [1, 1]);
});

Deno.test("bandwidth does not age with the reports: it is our own", () => {
  const old = { reportedAt: 0, inBps: 0 };
  assertGreater(ratio({ ...old, outBps: 1e6 }, { ...old, outBps: 1e8 }), 2);
});

Deno.test("a newcomer's tilt falls from ten times to none in ten seconds", () => {
  assertAlmostEquals(ratio({}, { stateSince: now }), 10);
  assertAlmostEquals(ratio({}, { stateSince: now - 500 }), 10);
  assertAlmostEquals(ratio({}, { stateSince: now - 5_000 }), 2);
  assertEquals(ratio({}, { stateSince: now - 10_000 }), 1);
  assertEquals(ratio({}, { stateSince: NaN }), 1);
});

Deno.test("whatever is unknown, every tilt is a positive number", () => {
  const names: readonly MonitorFigure[] = [
    "cpu",
    "ram",
    "rttMs",
    "linkBps",
    "inBps",
    "outBps",
    "reportedAt",
    "stateSince",
  ];
  const figure = fc.oneof(
    fc.constant(NaN),
    fc.constant(0),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1e12, noNaN: true }),
  );
  const server = fc.tuple(...names.map(() => figure)).map((values) =>
    Object.fromEntries(names.map((name, at) => [name, values[at]])) as Figures
  );
  fc.assert(fc.property(fc.array(server, { minLength: 1, maxLength: 10 }), (servers) => {
    const table = fleet(servers);
    const all = tiltsOf([...table.slots()], table, now);
    assertEquals(all.length, servers.length);
    for (const tilt of all) assert(tilt > 0 && Number.isFinite(tilt), `${all}`);
  }));
});

Deno.test("tilts are kept for a moment, unless the candidates change", () => {
  const table = fleet([{ cpu: 0.1, reportedAt: now }, { cpu: 0.9, reportedAt: now }]);
  const tracked = trackTilts();
  const slots = [0, 1];
  const before = [...tracked(slots, table, now)];
  table.setFigure("cpu", 1, 0.1);
  assertEquals([...tracked(slots, table, now + 49)], before);
  assertAlmostEquals(tracked(slots, table, now + 50)[1] ?? NaN, 1);

  table.setFigure("cpu", 1, 0.9);
  assertGreater(tracked([0, 1], table, now + 51)[1] ?? NaN, 1.1);
});

Deno.test("tilts are given by slot", () => {
  const table = fleet([{}, { cpu: 0, reportedAt: now }, {}, { cpu: 1, reportedAt: now }]);
  const bySlot = trackTilts()([3, 1], table, now);
  assertEquals([bySlot[1], bySlot[3]], [0.5, 1.5]);
});

Deno.test("an explanation names every factor, and their product is the tilt", () => {
  const table = fleet([{ cpu: 0.9, ram: 0.1, reportedAt: now }, { cpu: 0.1, reportedAt: now }]);
  const [busy, idle] = explainTilt([0, 1], table, now);
  const names = ["CPU", "memory", "RTT", "bandwidth", "warm-up"];
  assertEquals(busy?.factors.map(({ name }) => name), names);
  assertEquals(busy?.slot, 0);
  assertGreater(busy?.factors[0]?.factor ?? NaN, 1.3);
  assertLess(idle?.factors[0]?.factor ?? NaN, 0.7);
  assertEquals(busy?.factors[1]?.factor, 1);
  for (const { tilt, factors } of [busy, idle].flatMap((one) => one ?? [])) {
    assertAlmostEquals(factors.reduce((product, { factor }) => product * factor, 1), tilt);
  }
});
