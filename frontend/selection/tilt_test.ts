import { assert, assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import fc from "fast-check";
import { monitorFigures } from "../table/layout.ts";
import { answers, type Figures, fleet, tookToConnect } from "./fleet_fixture.ts";
import { expectedDelays, explainTilt, trackDelays } from "./tilt.ts";

const now = 100_000;

/** Tilts of servers whose reports are fresh unless they say otherwise. */
function tilts(...servers: readonly Figures[]): readonly number[] {
  const table = fleet(servers.map((figures) => ({ reportedAt: now, ...figures })));
  return explainTilt([...table.slots()], table, now).map(({ tilt }) => tilt);
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

Deno.test("CPU, RAM and bandwidth each tilt alone", () => {
  assertGreater(ratio({ cpu: 0.1 }, { cpu: 0.9 }), 1.3);
  assertGreater(ratio({ ram: 0.1 }, { ram: 0.99 }), 2);
  const inUse = { inBps: 0, outBps: 1e7 };
  assertGreater(ratio({ ...inUse, linkBps: 1e8 }, { ...inUse, linkBps: 1e7 }), 2);
});

Deno.test("a connection costs as many times more as the answers show", () => {
  const table = fleet([{}, {}]);
  answers(table, 0, { count: 1000, tookMs: 1_000, place: 2, at: now });
  answers(table, 1, { count: 1000, tookMs: 2_000, place: 1, at: now });
  const [fast, slow] = expectedDelays([0, 1], table, now);
  assertAlmostEquals((slow?.perConnection ?? NaN) / (fast?.perConnection ?? NaN), 4, 0.05);
});

Deno.test("a link's speed counts by the bandwidth that answers use", () => {
  const ratioAt = (outBps: number) => {
    const table = fleet([{ inBps: 0, outBps, linkBps: 1e8 }, { inBps: 0, outBps, linkBps: 1e7 }]);
    for (const slot of [0, 1]) answers(table, slot, { count: 500, tookMs: 5, place: 1, at: now });
    const [fast, slow] = expectedDelays([0, 1], table, now);
    return (slow?.perConnection ?? NaN) / (fast?.perConnection ?? NaN);
  };
  assertLess(ratioAt(1e4), 1.01);
  assertAlmostEquals(ratioAt(1e8), (2 + 5 + 60) / (2 + 5 + 6), 0.1);
});

Deno.test("a link of unknown speed is taken for one of 1 Gbit/s", () => {
  const inUse = { inBps: 0, outBps: 1e7 };
  assertAlmostEquals(ratio(inUse, { ...inUse, linkBps: 125_000_000 }), 1);
});

Deno.test("the way counts once, however many connections are in flight", () => {
  const table = fleet([{ rttMs: 1 }, { rttMs: 21 }]);
  for (const slot of [0, 1]) tookToConnect(table, slot, 100);
  const [near, far] = expectedDelays([0, 1], table, now);
  assertEquals(near?.distance, 0);
  assertAlmostEquals(far?.distance ?? NaN, (2 * 20 - 2) / (2 + 10));
  assertEquals(far?.perConnection, near?.perConnection);
});

Deno.test("a way that is longer by less than a millisecond is as good", () => {
  const table = fleet([{ rttMs: 0.2 }, { rttMs: 1.1 }]);
  for (const slot of [0, 1]) tookToConnect(table, slot, 100);
  for (const { distance } of expectedDelays([0, 1], table, now)) assertEquals(distance, 0);
});

Deno.test("a server is not thought to be far before it was connected to", () => {
  const table = fleet([{ rttMs: 1 }, { rttMs: 100 }]);
  tookToConnect(table, 0, 1);
  for (const { distance } of expectedDelays([0, 1], table, now)) assertEquals(distance, 0);
});

Deno.test("differences of less than a millisecond count little", () => {
  const table = fleet([{}, {}]);
  answers(table, 0, { count: 1000, tookMs: 0.1, place: 1, at: now });
  answers(table, 1, { count: 1000, tookMs: 0.4, place: 1, at: now });
  const [fast, slow] = expectedDelays([0, 1], table, now);
  assertLess((slow?.perConnection ?? NaN) / (fast?.perConnection ?? NaN), 1.3);
});

Deno.test("factors multiply", () => {
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
  assertAlmostEquals(tiltAtAge(0), 1.2);
  // The mean moves, too: the fresh report weighs twice as much in it.
  assertAlmostEquals(tiltAtAge(5000), 1 + (1.5 / (3.5 / 3) - 1) / 2);
  assertLess(tiltAtAge(60_000), 1.01);
});

Deno.test("figures of a report whose time is unknown are not trusted", () => {
  const table = fleet([{ cpu: 0.1, reportedAt: now }, { cpu: 0.9 }]);
  assertEquals(explainTilt([0, 1], table, now).map(({ tilt }) => tilt), [1, 1]);
});

Deno.test("a newcomer's tilt falls from ten times to none in two seconds", () => {
  assertAlmostEquals(ratio({}, { stateSince: now }), 10);
  assertAlmostEquals(ratio({}, { stateSince: now - 200 }), 10);
  assertAlmostEquals(ratio({}, { stateSince: now - 1_000 }), 2);
  assertEquals(ratio({}, { stateSince: now - 2_000 }), 1);
  assertEquals(ratio({}, { stateSince: NaN }), 1);
});

Deno.test("whatever is unknown or absurd, every delay is a positive number", () => {
  const figure = fc.oneof(
    fc.constant(NaN),
    fc.constant(0),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1e12, noNaN: true }),
  );
  const server = fc.tuple(...monitorFigures.map(() => figure)).map((values) =>
    Object.fromEntries(monitorFigures.map((name, at) => [name, values[at]])) as Figures
  );
  const tookMs = fc.double({ min: 0, max: 1e7, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(server, tookMs), { minLength: 1, maxLength: 10 }), (servers) => {
      // Fractions are fractions: the protocol's decoder lets nothing else pass.
      const figures = servers.map(([each]) => ({ ...each, cpu: (each.cpu ?? 0) % 1, ram: 0.5 }));
      const table = fleet(figures);
      for (const [slot, [, took]] of servers.entries()) {
        answers(table, slot, { count: 1, tookMs: took, place: 1, at: now });
      }
      for (const { distance, perConnection } of expectedDelays([...table.slots()], table, now)) {
        assert(perConnection > 0 && Number.isFinite(perConnection), `${perConnection}`);
        assert(distance >= 0 && Number.isFinite(distance), `${distance}`);
      }
    }),
  );
});

Deno.test("delays are kept for a moment, unless a candidate comes in addition", () => {
  const table = fleet([
    { cpu: 0.1, reportedAt: now },
    { cpu: 0.9, reportedAt: now },
    { cpu: 0.9, reportedAt: now },
  ]);
  const tracked = trackDelays();
  const slots = [0, 1];
  const before = [...tracked(slots, table, now)];
  table.setFigure("cpu", 1, 0.1);
  assertEquals([...tracked(slots, table, now + 49)], before);
  assertEquals([...tracked([1], table, now + 49)], before);
  assertAlmostEquals(tracked(slots, table, now + 50)[1]?.perConnection ?? NaN, 1);

  table.setFigure("cpu", 1, 0.9);
  assertGreater(tracked([0, 1, 2], table, now + 51)[1]?.perConnection ?? NaN, 1.02);
});

Deno.test("delays are given by slot", () => {
  const table = fleet([{}, { cpu: 0, reportedAt: now }, {}, { cpu: 1, reportedAt: now }]);
  const bySlot = trackDelays()([3, 1], table, now);
  assertAlmostEquals(bySlot[1]?.perConnection ?? NaN, 0.8);
  assertAlmostEquals(bySlot[3]?.perConnection ?? NaN, 1.2);
});

Deno.test("an explanation names every factor, and their product is the tilt", () => {
  const table = fleet([
    { cpu: 0.9, ram: 0.1, rttMs: 5, reportedAt: now },
    { cpu: 0.1, rttMs: 1, reportedAt: now },
  ]);
  for (const slot of [0, 1]) tookToConnect(table, slot, 10);
  const explanations = explainTilt([0, 1], table, now);
  const [busy, idle] = explanations;
  const names = ["speed", "bandwidth", "CPU", "memory", "RTT", "warm-up"];
  assertEquals(busy?.factors.map(({ name }) => name), names);
  assertEquals(busy?.slot, 0);
  assertGreater(busy?.factors[2]?.factor ?? NaN, 1.1);
  assertLess(idle?.factors[2]?.factor ?? NaN, 0.9);
  assertGreater(busy?.factors[4]?.factor ?? NaN, 1.3);
  assertEquals(idle?.factors[4]?.factor, 1);
  for (const { tilt, factors } of explanations) {
    assertAlmostEquals(factors.reduce((product, { factor }) => product * factor, 1), tilt);
  }
});
