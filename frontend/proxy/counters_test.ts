import { assertEquals } from "@std/assert";
import { paceOf } from "../table/pace.ts";
import { type RelayFigure, type RelayHistogram, StateTable } from "../table/state_table.ts";
import { type Counted, Counters, forgetOpen } from "./counters.ts";
import { Traffic } from "./traffic.ts";

const identity = { id: 1, service: "", serviceOrdinal: 0, address: "10.0.0.11", port: 80 };

function counting() {
  const table = StateTable.create({ capacity: 2, workers: 2 });
  table.take(identity);
  const figures = (...names: RelayFigure[]) => names.map((name) => table.relayFigure(name, 0, 1));
  return { table, counters: new Counters(table, 1), figures };
}

/** The traffic of a connection, as a clock times it. */
function trafficOf(
  counters: Counters,
  counted: Counted,
  clock: () => number,
  answered: () => void = () => {},
): Traffic {
  const connection = { clientHash: 0xcafe, cut() {}, keepAlive: () => true, answered };
  return new Traffic({ counters, clock }, { counted, at: clock(), connection });
}

Deno.test("a connection is counted from the choice to its end", () => {
  const { counters, figures } = counting();
  const counted = counters.choose(0);
  assertEquals(figures("active", "total", "awaitingFirstByte"), [1, 0, 0]);
  counters.connect(counted, 3);
  assertEquals(figures("active", "total", "awaitingFirstByte"), [1, 1, 1]);
  counters.answer(counted, 5, 0xcafe, 1_000);
  assertEquals(figures("active", "awaitingFirstByte"), [1, 0]);
  counters.end(counted, { answered: true, lastedMs: 7 });
  assertEquals(figures("active", "total", "awaitingFirstByte", "failed"), [0, 1, 0, 0]);
});

Deno.test("a connection that never was answered awaits nothing after its end", () => {
  const { counters, figures } = counting();
  const counted = counters.choose(0);
  counters.connect(counted, 3);
  counters.end(counted, { answered: false, lastedMs: 7 });
  assertEquals(figures("active", "awaitingFirstByte"), [0, 0]);
});

Deno.test("a failed attempt is counted as failed alone", () => {
  const { counters, figures } = counting();
  counters.fail(counters.choose(0), "refused");
  assertEquals(figures("active", "total", "failed"), [0, 0, 1]);
});

Deno.test("a connection that another server won is neither a failure nor a connection", () => {
  const { counters, figures } = counting();
  counters.abandon(counters.choose(0), 9);
  assertEquals(figures("active", "total", "failed", "connectMs"), [0, 0, 0, 9]);
});

Deno.test("a connection that its server reset before the first byte is a failure", () => {
  const { counters, figures } = counting();
  const counted = counters.choose(0);
  counters.connect(counted, 3);
  counters.lose(counted, { lastedMs: 7 });
  assertEquals(figures("active", "total", "awaitingFirstByte", "failed"), [0, 1, 0, 1]);
});

Deno.test("a failure is counted under its reason too", () => {
  const { counters, figures } = counting();
  counters.fail(counters.choose(0), "timeout");
  counters.fail(counters.choose(0), "local");
  const lost = counters.choose(0);
  counters.connect(lost, 3);
  counters.lose(lost, { lastedMs: 7 });
  const reasons = figures("failedTimeout", "failedLocal", "failedReset", "failedRefused");
  assertEquals(reasons, [1, 1, 1, 0]);
  assertEquals(figures("failed"), [3]);
});

/** How many values a histogram of slot 0 holds, and their sum. */
function summed(table: StateTable, name: RelayHistogram): [count: number, sum: number] {
  const { counts, sum } = table.relayHistogram(name, 0);
  return [counts.reduce((all, count) => all + count, 0), sum];
}

Deno.test("a connection that has ended is once in each histogram", () => {
  const { table, counters } = counting();
  let now = 1_000;
  const counted = counters.choose(0);
  counters.connect(counted, 3);
  const traffic = trafficOf(counters, counted, () => now);
  traffic.toServer(1);
  now += 20;
  traffic.fromServer(1);
  now += 400;
  assertEquals(summed(table, "duration"), [0, 0]);
  traffic.end();
  traffic.end();
  assertEquals(summed(table, "connect"), [1, 3]);
  assertEquals(summed(table, "firstByte"), [1, 20]);
  assertEquals(summed(table, "duration"), [1, 420]);
});

Deno.test("a connection that goes on with another server has lasted at each as long as it did", () => {
  const { table, counters } = counting();
  table.take({ ...identity, id: 2 });
  let now = 0;
  const traffic = trafficOf(counters, counters.choose(0), () => now);
  now = 30;
  traffic.lose();
  traffic.continueWith(counters.choose(1), now);
  now = 100;
  traffic.end();
  assertEquals(summed(table, "duration"), [1, 30]);
  assertEquals(table.relayHistogram("duration", 1).sum, 70);
});

Deno.test("traffic that goes on with another server is counted there", () => {
  const { table, counters, figures } = counting();
  table.take({ ...identity, id: 2 });
  const [lost, next] = [counters.choose(0), counters.choose(1)];
  counters.connect(lost, 1);
  counters.connect(next, 1);
  let answers = 0;
  const traffic = trafficOf(counters, lost, () => 0, () => answers++);
  assertEquals(traffic.lose(), lost);
  traffic.end();
  traffic.continueWith(next, 0);
  traffic.fromServer(2);
  traffic.fromServer(3);
  traffic.end();
  assertEquals(figures("active", "awaitingFirstByte", "failed", "bytesOut"), [0, 0, 1, 0]);
  assertEquals([table.relaySum("active", 1), table.relaySum("bytesOut", 1)], [0, 5]);
  assertEquals(answers, 1);
});

Deno.test("answered connections are counted by whether their client had been answered before", () => {
  const { counters, figures } = counting();
  let now = 1_000;
  const visit = () => {
    const counted = counters.choose(0);
    counters.connect(counted, 1);
    const traffic = trafficOf(counters, counted, () => now);
    traffic.toServer(1);
    traffic.fromServer(1);
    traffic.end();
  };
  visit();
  assertEquals(figures("answeredKnown", "answeredNew"), [0, 1]);
  now += 50_000;
  visit();
  assertEquals(figures("answeredKnown", "answeredNew"), [1, 1]);
  now += 70_000;
  visit();
  assertEquals(figures("answeredKnown", "answeredNew"), [1, 2]);
});

Deno.test("times are unknown at first and then smoothed", () => {
  const { counters, figures } = counting();
  assertEquals(figures("connectMs"), [NaN]);
  counters.connect(counters.choose(0), 8);
  assertEquals(figures("connectMs"), [8]);
  counters.connect(counters.choose(0), 16);
  assertEquals(figures("connectMs"), [9]);
});

Deno.test("a connection to a backend that has left its slot leaves the successor alone", () => {
  const { table, counters, figures } = counting();
  const counted = counters.choose(0);
  table.free(0);
  table.take(identity);
  counters.connect(counted, 3);
  counters.end(counted, { answered: false, lastedMs: 7 });
  assertEquals(figures("active", "total", "awaitingFirstByte"), [0, 0, 0]);
});

Deno.test("what a dead worker had open is forgotten, what others have open is not", () => {
  const { table, counters, figures } = counting();
  counters.connect(counters.choose(0), 3);
  new Counters(table, 0).choose(0);
  table.setWorkerFigure("open", 1, 1);
  table.setWorkerFigure("waiting", 1, 1);
  forgetOpen(table, 1, "fault");
  assertEquals(figures("active", "awaitingFirstByte", "total"), [0, 0, 1]);
  assertEquals(table.relayFigure("active", 0, 0), 1);
  assertEquals([table.workerFigure("open", 1), table.workerFigure("waiting", 1)], [0, 0]);
});

Deno.test("the time to the first byte begins when the server is asked", () => {
  const { counters, figures } = counting();
  let now = 0;
  const counted = counters.choose(0);
  counters.connect(counted, 1);
  const traffic = trafficOf(counters, counted, () => now);
  now = 1_000; // The client thinks.
  traffic.toServer(10);
  now = 1_004;
  traffic.toServer(10);
  now = 1_007;
  traffic.fromServer(30);
  now = 2_000;
  traffic.fromServer(30);
  assertEquals(figures("firstByteMs", "bytesIn", "bytesOut"), [7, 20, 60]);
});

Deno.test("a server that speaks first is timed from its connection on", () => {
  const { counters, figures } = counting();
  let now = 500;
  const counted = counters.choose(0);
  counters.connect(counted, 1);
  const traffic = trafficOf(counters, counted, () => now);
  now = 502;
  traffic.fromServer(30);
  assertEquals(figures("firstByteMs"), [2]);
});

Deno.test("each answer of a connection tells the server's pace, with the queue when it was asked", () => {
  const { table, counters } = counting();
  let now = 0;
  const counted = counters.choose(0);
  counters.connect(counted, 1);
  const traffic = trafficOf(counters, counted, () => now);
  traffic.toServer(10);
  now = 5;
  traffic.fromServer(30);
  traffic.fromServer(30);
  for (let other = 0; other < 3; other++) counters.choose(0);
  traffic.toServer(10);
  now = 25;
  traffic.fromServer(30);
  const { ms, places, answers } = paceOf(0, table, now, 1e12);
  assertEquals([Math.round(ms), Math.round(places), Math.round(answers)], [4 + 19, 1 + 4, 2]);
});

Deno.test("every byte ends the silence of a connection", () => {
  const { counters } = counting();
  const counted = counters.choose(0);
  const traffic = trafficOf(counters, counted, () => 0);
  for (const pass of [() => traffic.toServer(1), () => traffic.fromServer(1)]) {
    traffic.quietSweeps = 5;
    pass();
    assertEquals(traffic.quietSweeps, 0);
  }
});

Deno.test("a connection of a backend that has moved is uncounted when it ends", () => {
  const table = StateTable.create({ capacity: 1, workers: 1 });
  const identity = { id: 1, service: "", serviceOrdinal: 0, address: "10.0.0.11", port: 80 };
  const slot = table.take(identity) ?? -1;
  const counters = new Counters(table, 0);
  const counted = counters.choose(slot);
  counters.connect(counted, 1);
  table.move(slot, { ...identity, address: "10.0.0.12" });
  counters.end(counted, { answered: false, lastedMs: 7 });
  assertEquals(table.relaySum("active", slot), 0);
  assertEquals(table.relaySum("awaitingFirstByte", slot), 0);
});

Deno.test("a connection that is quiet is no load on its server, until a byte passes again", () => {
  const { table, counters, figures } = counting();
  const counted = counters.choose(0);
  counters.connect(counted, 1);
  const traffic = trafficOf(counters, counted, () => 0);
  traffic.quiet();
  traffic.quiet();
  assertEquals(figures("active", "busy"), [1, 0]);
  traffic.toServer(1);
  assertEquals(figures("active", "busy"), [1, 1]);
  traffic.quiet();
  assertEquals(figures("busy"), [1], "the server owes an answer");
  traffic.fromServer(1);
  traffic.quiet();
  assertEquals(figures("busy"), [0]);
  traffic.end();
  assertEquals(figures("active", "busy"), [0, 0]);
  assertEquals(table.relaySum("total", 0), 1);
});

Deno.test("a server owes nothing to a client that has finished and is gone for all we know", () => {
  const { counters, figures } = counting();
  const counted = counters.choose(0);
  counters.connect(counted, 1);
  const traffic = trafficOf(counters, counted, () => 0);
  traffic.toServer(1);
  traffic.clientFinished();
  traffic.quiet();
  assertEquals(figures("active", "busy"), [1, 0]);
});

Deno.test("a server never has more connections than it may, whichever worker reserves them", () => {
  const table = StateTable.create({ capacity: 1, workers: 2 });
  table.take({ id: 1, service: "", serviceOrdinal: 0, address: "10.0.0.11", port: 80 });
  const [one, two] = [0, 1].map((worker) => new Counters(table, worker, { maxPerServer: 2 }));
  assertEquals([one?.reserve(0), two?.reserve(0), one?.reserve(0)], [true, true, false]);
  const counted = [one?.choose(0), two?.choose(0)];
  if (counted[1]) two?.fail(counted[1], "refused");
  assertEquals([one?.reserve(0), two?.reserve(0)], [true, false]);
  one?.choose(0);
  // The first worker dies with two connections.
  forgetOpen(table, 0, "fault");
  assertEquals([two?.reserve(0), two?.reserve(0), two?.reserve(0)], [true, true, false]);
});

Deno.test("a connection that is quiet is asked about until that is done, with its next server anew", () => {
  const { counters } = counting();
  let asked = 0;
  const keepAlive = () => ++asked % 2 === 0;
  const connection = { clientHash: 0xcafe, cut() {}, answered() {}, keepAlive };
  const parts = { counters, clock: () => 0 };
  const traffic = new Traffic(parts, { counted: counters.choose(0), at: 0, connection });
  for (let sweep = 0; sweep < 5; sweep++) traffic.quiet();
  assertEquals(asked, 2);
  traffic.lose();
  traffic.quiet();
  assertEquals(asked, 2);
  traffic.continueWith(counters.choose(0), 0);
  for (let sweep = 0; sweep < 5; sweep++) traffic.quiet();
  assertEquals(asked, 4);
});
