import { assertEquals } from "@std/assert";
import { type RelayFigure, StateTable } from "../table/state_table.ts";
import { Counters, forgetOpen } from "./counters.ts";
import { Traffic } from "./traffic.ts";

const identity = { id: 1, service: "", serviceOrdinal: 0, address: "10.0.0.11", port: 80 };

function counting() {
  const table = StateTable.create({ capacity: 2, workers: 2 });
  table.take(identity);
  const figures = (...names: RelayFigure[]) => names.map((name) => table.relayFigure(name, 0, 1));
  return { table, counters: new Counters(table, 1), figures };
}

Deno.test("a connection is counted from the choice to its end", () => {
  const { counters, figures } = counting();
  const counted = counters.choose(0);
  assertEquals(figures("active", "total", "awaitingFirstByte"), [1, 0, 0]);
  counters.connect(counted, 3);
  assertEquals(figures("active", "total", "awaitingFirstByte"), [1, 1, 1]);
  counters.answer(counted, 5);
  assertEquals(figures("active", "awaitingFirstByte"), [1, 0]);
  counters.end(counted, { answered: true });
  assertEquals(figures("active", "total", "awaitingFirstByte", "failed"), [0, 1, 0, 0]);
});

Deno.test("a connection that never was answered awaits nothing after its end", () => {
  const { counters, figures } = counting();
  const counted = counters.choose(0);
  counters.connect(counted, 3);
  counters.end(counted, { answered: false });
  assertEquals(figures("active", "awaitingFirstByte"), [0, 0]);
});

Deno.test("a failed attempt is counted as failed alone", () => {
  const { counters, figures } = counting();
  counters.fail(counters.choose(0));
  assertEquals(figures("active", "total", "failed"), [0, 0, 1]);
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
  counters.end(counted, { answered: false });
  assertEquals(figures("active", "total", "awaitingFirstByte"), [0, 0, 0]);
});

Deno.test("what a dead worker had open is forgotten, what others have open is not", () => {
  const { table, counters, figures } = counting();
  counters.connect(counters.choose(0), 3);
  new Counters(table, 0).choose(0);
  table.setWorkerFigure("open", 1, 1);
  table.setWorkerFigure("waiting", 1, 1);
  forgetOpen(table, 1);
  assertEquals(figures("active", "awaitingFirstByte", "total"), [0, 0, 1]);
  assertEquals(table.relayFigure("active", 0, 0), 1);
  assertEquals([table.workerFigure("open", 1), table.workerFigure("waiting", 1)], [0, 0]);
});

Deno.test("the time to the first byte begins when the server is asked", () => {
  const { counters, figures } = counting();
  let now = 0;
  const counted = counters.choose(0);
  counters.connect(counted, 1);
  const traffic = new Traffic({ counters, counted, clock: () => now, cut: () => {} });
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
  const traffic = new Traffic({ counters, counted, clock: () => now, cut: () => {} });
  now = 502;
  traffic.fromServer(30);
  assertEquals(figures("firstByteMs"), [2]);
});

Deno.test("every byte ends the silence of a connection", () => {
  const { counters } = counting();
  const counted = counters.choose(0);
  const traffic = new Traffic({ counters, counted, clock: () => 0, cut: () => {} });
  for (const pass of [() => traffic.toServer(1), () => traffic.fromServer(1)]) {
    traffic.quietSweeps = 5;
    pass();
    assertEquals(traffic.quietSweeps, 0);
  }
});
