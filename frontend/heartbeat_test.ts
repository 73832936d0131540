import { assertEquals } from "@std/assert";
import { Heartbeat } from "./heartbeat.ts";
import { StateTable } from "./table/state_table.ts";

function setUp() {
  const table = StateTable.create({ capacity: 1, workers: 2 });
  const told: string[] = [];
  const heartbeat = new Heartbeat({
    table,
    registry: { counts: { up: 1, all: 2, usable: 1 } },
    notifier: {
      status: (line) => Promise.resolve(void told.push(line)),
      watchdog: () => Promise.resolve(void told.push("alive")),
    },
  });
  const bothAlive = (at: number) => {
    for (const worker of [0, 1]) table.setWorkerFigure("aliveAt", worker, at);
  };
  return { table, told, heartbeat, bothAlive };
}

Deno.test("the watchdog is fed as long as every worker is alive", () => {
  const { table, told, heartbeat, bothAlive } = setUp();
  const beats = () => told.filter((line) => line === "alive").length;
  bothAlive(1_000);
  heartbeat.beat(2_000);
  assertEquals(beats(), 1);
  table.setWorkerFigure("aliveAt", 0, 12_000);
  heartbeat.beat(12_000);
  assertEquals(beats(), 1, "the other one has not moved for eleven seconds");
});

Deno.test("the status is told when it changes", () => {
  const { told, heartbeat, bothAlive } = setUp();
  bothAlive(1_000);
  for (let beat = 0; beat < 3; beat++) heartbeat.beat(1_000 + beat);
  assertEquals(told.filter((line) => line !== "alive").length, 1);
});
