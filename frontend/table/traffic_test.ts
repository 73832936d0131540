import { assertAlmostEquals, assertEquals } from "@std/assert";
import { StateTable } from "./state_table.ts";
import { Traffic } from "./traffic.ts";

function setUp() {
  const table = StateTable.create({ capacity: 4, workers: 2 });
  const add = (port: number, service = "") =>
    table.take({ id: port, service, serviceOrdinal: 0, address: "10.0.0.11", port }) ?? -1;
  return { table, add, traffic: new Traffic(table) };
}

Deno.test("bandwidth is bytes per second over all workers, unknown until read twice", () => {
  const { table, add, traffic } = setUp();
  const slot = add(80);
  traffic.sample(0);
  assertEquals(table.known("outBps", slot), null);
  table.addRelayFigure("bytesOut", slot, 0, 1_000);
  table.addRelayFigure("bytesOut", slot, 1, 3_000);
  table.addRelayFigure("bytesIn", slot, 1, 500);
  traffic.sample(2_000);
  assertEquals(table.known("outBps", slot), 2_000);
  assertEquals(table.known("inBps", slot), 250);
});

Deno.test("the share is the part of the new connections of the same service", () => {
  const { table, add, traffic } = setUp();
  const [one, two, other] = [add(80, "http"), add(81, "http"), add(443, "https")];
  traffic.sample(0);
  table.addRelayFigure("total", one, 0, 30);
  table.addRelayFigure("total", two, 1, 10);
  table.addRelayFigure("total", other, 1, 5);
  traffic.sample(1_000);
  assertAlmostEquals(table.figure("share", one), 0.75);
  assertAlmostEquals(table.figure("share", two), 0.25);
  assertEquals(table.figure("share", other), 1);
});

Deno.test("without new connections there are no shares", () => {
  const { table, add, traffic } = setUp();
  const slot = add(80);
  traffic.sample(0);
  table.addRelayFigure("total", slot, 0, 30);
  traffic.sample(1_000);
  assertEquals(table.known("share", slot), 1);
  for (let now = 2_000; now < 200_000; now += 1_000) traffic.sample(now);
  assertEquals(table.known("share", slot), null);
});

Deno.test("a slot that changed hands starts anew", () => {
  const { table, add, traffic } = setUp();
  const slot = add(80);
  table.addRelayFigure("bytesOut", slot, 0, 5_000);
  traffic.sample(0);
  table.free(slot);
  assertEquals(add(81), slot);
  traffic.sample(1_000);
  assertEquals(table.known("outBps", slot), null);
});
