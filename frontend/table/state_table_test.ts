import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { monitorFigures, relayFigures } from "./layout.ts";
import { StateTable } from "./state_table.ts";

const identity = {
  id: 0x9f2c61d0,
  service: "http",
  serviceOrdinal: 0,
  address: "10.0.0.11",
  port: 80,
};

function tableWithOne() {
  const table = StateTable.create({ capacity: 3, workers: 2 });
  const slot = table.take(identity);
  assert(slot !== null);
  return { table, slot };
}

Deno.test("a taken slot holds the backend's identity, and every figure is unknown", () => {
  const { table, slot } = tableWithOne();
  assertEquals(table.idOf(slot), "9f2c61d0");
  assertEquals(table.addressOf(slot), "10.0.0.11");
  assertEquals(table.portOf(slot), 80);
  assertEquals(table.text("service", slot), "http");
  assertEquals(table.stateOf(slot), "joining");
  for (const figure of monitorFigures) assertEquals(table.known(figure, slot), null, figure);
});

Deno.test("every element of the table is its own: writing one changes no other", () => {
  const { table } = tableWithOne();
  const { capacity, workers } = table.size;
  const written = new Map<string, number>();
  let value = 1;
  for (let slot = 0; slot < capacity; slot++) {
    for (const figure of monitorFigures) {
      table.setFigure(figure, slot, ++value);
      written.set(`${figure} ${slot}`, value);
    }
    for (let worker = 0; worker < workers; worker++) {
      for (const figure of relayFigures) {
        table.setRelayFigure(figure, slot, worker, ++value);
        written.set(`${figure} ${slot} ${worker}`, value);
      }
    }
  }
  for (let slot = 0; slot < capacity; slot++) {
    for (const figure of monitorFigures) {
      assertEquals(table.figure(figure, slot), written.get(`${figure} ${slot}`));
    }
    for (let worker = 0; worker < workers; worker++) {
      for (const figure of relayFigures) {
        const expected = written.get(`${figure} ${slot} ${worker}`);
        assertEquals(table.relayFigure(figure, slot, worker), expected);
      }
    }
  }
});

Deno.test("two threads' views of one buffer show the same", () => {
  const { table, slot } = tableWithOne();
  const other = new StateTable(table.buffer, table.size);
  table.setState(slot, "up", { since: 5, reason: "answering", lastResort: false });
  other.addRelayFigure("active", slot, 1, 3);
  other.addWorkerFigure("accepted", 1, 3);
  assertEquals(other.stateOf(slot), "up");
  assertEquals(other.text("reason", slot), "answering");
  assertEquals(other.figure("stateSince", slot), 5);
  assertEquals(table.relaySum("active", slot), 3);
  assertEquals(table.workerSum("accepted"), 3);
});

Deno.test("relay counters of the workers are added up per slot", () => {
  const { table, slot } = tableWithOne();
  const second = table.take({ ...identity, id: 2, port: 81 });
  assert(second !== null);
  table.addRelayFigure("total", slot, 0, 1);
  table.addRelayFigure("total", slot, 1, 2);
  table.addRelayFigure("total", second, 0, 10);
  assertEquals(table.relaySum("total", slot), 3);
  assertEquals(table.relaySum("total", second), 10);
});

Deno.test("a freed slot is taken again with counters at zero and another generation", () => {
  const { table, slot } = tableWithOne();
  const [generation, tenancy] = [table.generation(slot), table.tenancy(slot)];
  table.addRelayFigure("total", slot, 1, 7);
  table.setFigure("cpu", slot, 0.5);
  table.free(slot);
  assert(!table.isTaken(slot));
  assertEquals(table.take({ ...identity, id: 3 }), slot);
  assertEquals(table.relaySum("total", slot), 0);
  assertEquals(table.known("cpu", slot), null);
  assertNotEquals(table.generation(slot), generation);
  assertNotEquals(table.tenancy(slot), tenancy);
});

Deno.test("a slot's histogram is that of all workers, and empty for the next backend", () => {
  const { table, slot } = tableWithOne();
  table.take({ ...identity, id: 2, port: 81 });
  table.noteRelay("connect", slot, 0, 1);
  table.noteRelay("connect", slot, 1, 4);
  table.noteRelay("connect", slot + 1, 1, 500);
  table.noteRelay("duration", slot, 1, 90);
  table.noteWorker("loopDelay", 1, 30);
  assertEquals(table.relayHistogram("connect", slot).sum, 5);
  assertEquals(table.workerHistogram("loopDelay", 1).sum, 30);
  assertEquals(table.workerHistogram("loopDelay", 0).sum, 0);
  table.free(slot);
  table.take({ ...identity, id: 3 });
  assertEquals(table.relayHistogram("connect", slot).sum, 0);
  assertEquals(table.relayHistogram("duration", slot).sum, 0);
  assertEquals(table.relayHistogram("connect", slot + 1).sum, 500);
});

Deno.test("a full table gives no slot", () => {
  const { table } = tableWithOne();
  assertEquals([table.take(identity), table.take(identity), table.take(identity)], [1, 2, null]);
  assertEquals([...table.slots()], [0, 1, 2]);
});

Deno.test("moving a backend changes its generation and keeps its counters", () => {
  const { table, slot } = tableWithOne();
  const generation = table.generation(slot);
  const tenancy = table.tenancy(slot);
  table.addRelayFigure("total", slot, 0, 7);
  table.move(slot, { ...identity, address: "2001:db8::1" });
  assertEquals(table.addressOf(slot), "2001:db8::1");
  assertNotEquals(table.generation(slot), generation);
  assertEquals(table.tenancy(slot), tenancy);
  assert(table.isTaken(slot));
  assertEquals(table.relaySum("total", slot), 7);
});

Deno.test("a change is seen by those who wait for it, and by those who come late", async () => {
  const { table } = tableWithOne();
  const seen = table.epoch;
  const waiting = table.changeSince(seen, 10_000);
  table.announceChange();
  await waiting;
  await table.changeSince(seen, 10_000);
  assertEquals(table.epoch, seen + 1);
});

Deno.test("texts of any kind come back as they were, or as their beginning", () => {
  const { table, slot } = tableWithOne();
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
    fc.pre(!text.includes("\0"));
    table.setText("reason", slot, text);
    const kept = table.text("reason", slot);
    assert(text.startsWith(kept));
    assert(kept === text || new TextEncoder().encode(text).length > 120);
  }));
});
