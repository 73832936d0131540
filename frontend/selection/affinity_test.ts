import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { affinity } from "./affinity.ts";
import type { BindingAffinity } from "./client_key.ts";
import { addServer, connect, fleet, fleetOf } from "./fleet_fixture.ts";
import { assertEvenSpread, contextAt } from "./spread_fixture.ts";
import type { StateTable } from "../table/state_table.ts";

const clients = Array.from({ length: 2000 }, (_, n) => `10.1.${n >> 8}.${n & 255}`);

/** The address of the server that each client gets. */
function servers(
  table: StateTable,
  slots: readonly number[] = [...table.slots()],
  by: BindingAffinity = "client",
): string[] {
  const policy = affinity(table, by);
  return clients.map((client) =>
    table.addressOf(policy.pick(slots, table, { ...contextAt(0), client }))
  );
}

Deno.test("a client always gets the same server", () => {
  const table = fleetOf(5);
  assertEquals(servers(table), servers(table));
});

Deno.test("the clients are spread evenly over the servers", () => {
  const counts = new Map<string, number>();
  for (const address of servers(fleetOf(5))) counts.set(address, (counts.get(address) ?? 0) + 1);
  assertEquals(counts.size, 5);
  assertEvenSpread([...counts.values()]);
});

Deno.test("two front ends that learnt of the servers in a different order agree", () => {
  const table = fleetOf(5);
  const addresses = [...table.slots()].map((slot) => table.addressOf(slot));
  const other = fleet([], { capacity: 5 });
  for (const address of addresses.toReversed()) {
    addServer(other, {}, address);
  }
  assertEquals(servers(other), servers(table));
});

Deno.test("a server that goes away moves only its own clients, and they come back with it", () => {
  const table = fleetOf(5);
  const before = servers(table);
  const gone = table.addressOf(2);
  const without = servers(table, [0, 1, 3, 4]);
  const moved = new Map<string, number>();
  for (const [at, address] of without.entries()) {
    if (before[at] !== gone) assertEquals(address, before[at]);
    else moved.set(address, (moved.get(address) ?? 0) + 1);
  }
  assertEquals(moved.size, 4);
  assertEvenSpread([...moved.values()]);
  assertEquals(servers(table), before);
});

Deno.test("a server that comes takes clients over, and moves none between the others", () => {
  const table = fleetOf(4);
  const before = servers(table);
  const newcomer = table.addressOf(addServer(table));
  const changed = servers(table).filter((address, at) => address !== before[at]);
  assertGreater(changed.length, clients.length / 5 * 0.8);
  assert(changed.every((address) => address === newcomer));
});

Deno.test("a slot's new backend takes over no clients of the old one", () => {
  const table = fleetOf(4);
  const policy = affinity(table, "client");
  const pick = (client: string) =>
    table.addressOf(policy.pick([0, 1, 2, 3], table, { ...contextAt(0), client }));
  clients.forEach(pick);
  table.free(2);
  assertEquals(addServer(table, {}, "10.9.9.9"), 2);
  assertEquals(clients.map(pick), servers(table));
});

Deno.test("servers at one address are told apart by their ports", () => {
  const table = fleet([], { capacity: 2 });
  for (const port of [8001, 8002]) {
    table.take({ id: port, service: "http", serviceOrdinal: 0, address: "10.0.0.1", port });
  }
  const policy = affinity(table, "client");
  const counts = [0, 0];
  for (const client of clients) {
    const slot = policy.pick([0, 1], table, { ...contextAt(0), client });
    counts[slot] = (counts[slot] ?? NaN) + 1;
  }
  assertEvenSpread(counts);
});

Deno.test("clients of one network share a server by class C only", () => {
  const table = fleetOf(5);
  assertGreater(new Set(servers(table).slice(0, 256)).size, 1);
  assertEquals(new Set(servers(table, undefined, "class-c").slice(0, 256)).size, 1);
});

Deno.test("one browser's connections stay together while little goes on", () => {
  const table = fleetOf(5);
  const policy = affinity(table, "client");
  const chosen = new Set<number>();
  for (let connection = 0; connection < 8; connection++) {
    const slot = policy.pick([0, 1, 2, 3, 4], table, contextAt(0));
    connect(table, slot);
    chosen.add(slot);
  }
  assertEquals(chosen.size, 1);
});

Deno.test("an overloaded server is passed over for the client's next choice, until it is better", () => {
  const table = fleetOf(4);
  const slots = [0, 1, 2, 3];
  const policy = affinity(table, "client");
  const first = policy.pick(slots, table, contextAt(0));
  const next = policy.pick(slots.filter((slot) => slot !== first), table, contextAt(0));
  for (const slot of slots) connect(table, slot, 100);

  connect(table, first, 30);
  assertEquals(policy.pick(slots, table, contextAt(0)), first);
  connect(table, first, 30);
  assertEquals(policy.pick(slots, table, contextAt(0)), next);
  connect(table, first, -30);
  assertEquals(policy.pick(slots, table, contextAt(0)), first);
});

Deno.test("one client cannot load a server far beyond the average", () => {
  const table = fleetOf(4);
  const policy = affinity(table, "client");
  for (let connection = 0; connection < 1000; connection++) {
    connect(table, policy.pick([0, 1, 2, 3], table, contextAt(0)));
  }
  for (const slot of table.slots()) assert(table.relaySum("busy", slot) <= 1.25 * 250 + 9);
});

Deno.test("nobody can be chosen where there is nobody", () => {
  const table = fleetOf(1);
  assertThrows(
    () => affinity(table, "client").pick([], table, contextAt(0)),
    RangeError,
    "no candidates",
  );
});
