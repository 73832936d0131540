import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { connect, type Figures, fleet } from "./fleet_fixture.ts";
import { leastLoaded } from "./least_loaded.ts";
import { assertEvenSpread, contextAt, countChoices } from "./spread_fixture.ts";
import type { StateTable } from "../table/state_table.ts";

const context = contextAt(1000);

/** Hands connections to the servers; none stays open. */
function sendTo(
  table: StateTable,
  { times, policy = leastLoaded() }: { times: number; policy?: ReturnType<typeof leastLoaded> },
): number[] {
  return countChoices(policy, [...table.slots()], table, {
    times,
    context,
    after(slot) {
      connect(table, slot);
      connect(table, slot, -1);
    },
  });
}

function firstChoice(servers: readonly Figures[]): number {
  const table = fleet(servers);
  return leastLoaded().pick([...table.slots()], table, contextAt(1000));
}

Deno.test("the server with the least CPU in use comes first", () => {
  assertEquals(firstChoice([{ cpu: 0.9, ram: 0.5 }, { cpu: 0.3, ram: 0.5 }]), 1);
});

Deno.test("of servers with equal CPU the one with the least RAM in use comes first", () => {
  assertEquals(firstChoice([{ cpu: 0.5, ram: 0.9 }, { cpu: 0.5, ram: 0.3 }]), 1);
  assertEquals(firstChoice([{ cpu: 0.5, ram: 0.3 }, { cpu: 0.5, ram: 0.9 }]), 0);
});

Deno.test("either figure alone is enough", () => {
  assertEquals(firstChoice([{ cpu: 0.9 }, { cpu: 0.1 }]), 1);
  assertEquals(firstChoice([{ ram: 0.1 }, { ram: 0.9 }]), 0);
});

Deno.test("a server of unknown load is taken for an average one", () => {
  assertEquals(firstChoice([{ cpu: 0.9 }, {}, { cpu: 0.1 }]), 2);
  const [busy = NaN, unknown = NaN, idle = NaN] = sendTo(
    fleet([{ cpu: 0.9 }, {}, { cpu: 0.5 }]),
    { times: 600 },
  );
  assertGreater(unknown, busy);
  assertLess(unknown, idle);
});

Deno.test("between two reports connections do not herd onto the idlest server", () => {
  const table = fleet([{ cpu: 0.1 }, ...Array.from({ length: 9 }, () => ({ cpu: 0.5 }))]);
  const [idlest = NaN, ...others] = sendTo(table, { times: 1000 });
  assertGreater(idlest, 150);
  assertLess(idlest, 300);
  for (const count of others) assertGreater(count, 50);
});

Deno.test("what was sent before the last report is forgotten: the report tells it", () => {
  const table = fleet([{ cpu: 0.5, reportedAt: 0 }, { cpu: 0.5, reportedAt: 0 }]);
  const policy = leastLoaded();
  sendTo(table, { times: 2, policy });
  for (let time = 0; time < 50; time++) connect(table, 0);
  assertEquals(sendTo(table, { times: 20, policy }), [0, 20]);

  for (const slot of [0, 1]) table.setFigure("reportedAt", slot, 1000);
  assertEquals(sendTo(table, { times: 20, policy }), [10, 10]);
});

Deno.test("a backend that takes over a slot does not inherit what was sent to the one before", () => {
  const table = fleet([{}, {}]);
  for (let time = 0; time < 50; time++) connect(table, 0);
  const policy = leastLoaded();
  sendTo(table, { times: 2, policy });
  for (const worker of [0, 1]) table.setRelayFigure("total", 0, worker, 0);
  assertLess(Math.abs((sendTo(table, { times: 20, policy })[0] ?? NaN) - 10), 3);
});

Deno.test("where nothing was reported the connections are shared out evenly", () => {
  assertEquals(sendTo(fleet([{}, {}, {}]), { times: 300 }), [100, 100, 100]);
});

Deno.test("of more servers than are compared each has its turn", () => {
  const servers = Array.from({ length: 100 }, () => ({ cpu: 0.5 }));
  assertEvenSpread(sendTo(fleet(servers), { times: 2000 }));
});
