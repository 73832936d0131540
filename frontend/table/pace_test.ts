import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { noteAnswer, type Pace, paceOf, type TimedAnswer } from "./pace.ts";
import { StateTable } from "./state_table.ts";

const memoryMs = 3_000;

/** A server at this distance. */
function tableOfOne(rttMs: number | null): StateTable {
  const table = StateTable.create({ capacity: 1, workers: 2 });
  table.take({ id: 1, service: "", serviceOrdinal: 0, address: "10.0.0.11", port: 80 });
  if (rttMs !== null) table.setRelayFigure("shortestConnectMs", 0, 0, rttMs);
  return table;
}

function note(table: StateTable, answer: TimedAnswer, at: number, worker = 0): void {
  noteAnswer(table, 0, worker, answer, at, memoryMs);
}

function pace(table: StateTable, now: number): Pace {
  return paceOf(0, table, now, memoryMs);
}

const nothing: Pace = { ms: 0, places: 0, answers: 0, squares: 0 };

Deno.test("before the first answer nothing is known of a server's pace", () => {
  assertEquals(pace(tableOfOne(1), 1_000), nothing);
});

Deno.test("the network's part is left out of a server's pace, and never makes it negative", () => {
  const table = tableOfOne(3);
  note(table, { tookMs: 10, place: 1 }, 0);
  assertEquals(pace(table, 0), { ms: 7, places: 1, answers: 1, squares: 49 });
  note(table, { tookMs: 2, place: 1 }, 0);
  assertEquals(pace(table, 0).ms, 7);
});

Deno.test("where the round trip is unknown an answer's whole time counts", () => {
  const table = tableOfOne(null);
  note(table, { tookMs: 10, place: 1 }, 0);
  assertEquals(pace(table, 0).ms, 10);
});

Deno.test("what is remembered of answers falls to 1/e in the time of memory", () => {
  const table = tableOfOne(0);
  note(table, { tookMs: 10, place: 2 }, 1_000);
  const later = pace(table, 1_000 + memoryMs);
  assertAlmostEquals(later.ms, 10 / Math.E);
  assertAlmostEquals(later.places, 2 / Math.E);
  note(table, { tookMs: 5, place: 1 }, 1_000 + memoryMs);
  assertAlmostEquals(pace(table, 1_000 + memoryMs).ms, 5 + 10 / Math.E);
});

Deno.test("the workers' answers add up, each as old as it is", () => {
  const table = tableOfOne(0);
  note(table, { tookMs: 10, place: 1 }, 0, 0);
  note(table, { tookMs: 10, place: 1 }, memoryMs, 1);
  assertAlmostEquals(pace(table, memoryMs).answers, 1 + 1 / Math.E);
});

Deno.test("a queue does not change the pace: time by place is the time of one connection", () => {
  const places = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 50 });
  fc.assert(fc.property(places, fc.integer({ min: 1, max: 100 }), (all, ownMs) => {
    const table = tableOfOne(0);
    all.forEach((place, at) => note(table, { tookMs: place * ownMs, place }, 10 * at));
    const { ms, places } = pace(table, 10 * all.length);
    assertLess(Math.abs(ms / places - ownMs), 1e-6);
  }));
});

Deno.test("another server in the slot begins with no pace", () => {
  const table = tableOfOne(0);
  note(table, { tookMs: 10, place: 1 }, 0);
  table.free(0);
  table.take({ id: 2, service: "", serviceOrdinal: 0, address: "10.0.0.12", port: 80 });
  assertEquals(pace(table, 0), nothing);
});

Deno.test("what a server was asked before it came up says nothing of its pace", () => {
  const table = tableOfOne(0);
  note(table, { tookMs: 10, place: 1 }, 500);
  table.setState(0, "up", { since: 1_000, reason: "", lastResort: false });
  assertEquals(pace(table, 1_000), nothing);
  note(table, { tookMs: 300, place: 1 }, 1_100);
  assertEquals(pace(table, 1_100), nothing);
  note(table, { tookMs: 20, place: 1 }, 1_100);
  assertEquals(pace(table, 1_100), { ms: 20, places: 1, answers: 1, squares: 400 });
});
