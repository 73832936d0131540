import { assert, assertEquals } from "@std/assert";
import { affinityNames, policyNames } from "../../lib/config/settings.ts";
import type { StateTable } from "../table/state_table.ts";
import { addServer, connect, fleet, fleetOf, setStateOf } from "./fleet_fixture.ts";
import { seededRandom } from "./seeded_random.ts";
import { Selector, type SelectorOptions } from "./selector.ts";

const client = "192.0.2.7";

function selectorOf(table: StateTable, options: Partial<SelectorOptions> = {}): Selector {
  return new Selector({
    table,
    service: null,
    policy: "adaptive",
    affinity: "none",
    random: seededRandom(1),
    ...options,
  });
}

function firstOf(selector: Selector, now = 0): number | undefined {
  for (const slot of selector.candidates(client, now)) return slot;
  return undefined;
}

for (const policy of policyNames) {
  for (const affinity of affinityNames) {
    Deno.test(`${policy} with affinity ${affinity} yields every available slot exactly once`, () => {
      const table = fleetOf(6);
      setStateOf(table, 1, "draining");
      setStateOf(table, 4, "ejected", true);
      connect(table, 2, 100);
      const slots = [...selectorOf(table, { policy, affinity }).candidates(client, 1000)];
      assertEquals(slots.toSorted(), [0, 2, 3, 5]);
    });
  }
}

Deno.test("backends are available as soon as the table announces one, and no longer than that", () => {
  const table = fleet([]);
  const selector = selectorOf(table);
  assert(!selector.available);
  assertEquals([...selector.candidates(client, 0)], []);

  const slot = addServer(table);
  assert(selector.available);
  assertEquals([...selector.candidates(client, 0)], [slot]);

  setStateOf(table, slot, "down");
  assert(!selector.available);
});

Deno.test("a server that is full is passed over, by whatever policy, until it has room", () => {
  for (const policy of policyNames) {
    for (const affinity of affinityNames) {
      const table = fleetOf(3);
      const selector = selectorOf(table, { policy, affinity, maxPerServer: 2 });
      connect(table, 1, 2);
      assertEquals([...selector.candidates(client, 0)].toSorted(), [0, 2]);
      connect(table, 0, 2);
      connect(table, 2, 2);
      assertEquals([...selector.candidates(client, 0)], []);
      assertEquals([selector.available, selector.hasRoom], [true, false]);
      connect(table, 2, -1);
      assertEquals([...selector.candidates(client, 0)], [2]);
      assert(selector.hasRoom);
    }
  }
});

Deno.test("a last resort makes the service available", () => {
  const table = fleetOf(1);
  setStateOf(table, 0, "ejected", true);
  assert(selectorOf(table).available);
});

Deno.test("a selector serves its own service only", () => {
  const table = fleetOf(2);
  assert(selectorOf(table, { service: "http" }).available);
  assert(!selectorOf(table, { service: "https" }).available);
});

Deno.test("the policy that was asked for is the one that chooses", () => {
  const table = fleet([{ cpu: 0.1, ram: 0.1 }, { cpu: 0.9, ram: 0.9 }]);
  connect(table, 0);
  assertEquals(firstOf(selectorOf(table, { policy: "least-loaded" })), 0);
  assertEquals(firstOf(selectorOf(table, { policy: "least-connections" })), 1);
});

Deno.test("a bound client's next choice is the one it gets when its server is gone", () => {
  const table = fleetOf(5);
  const selector = selectorOf(table, { affinity: "client" });
  const [first = NaN, second] = selector.candidates(client, 0);
  setStateOf(table, first, "draining");
  assertEquals(firstOf(selector), second);
  setStateOf(table, first, "up");
  assertEquals(firstOf(selector), first);
});

Deno.test("every new look at the time reaches the policy", () => {
  const table = fleet([{ stateSince: 0 }, { stateSince: -60_000 }]);
  // Only where something is in flight does it matter that a server is new.
  for (const slot of [0, 1]) connect(table, slot);
  const selector = selectorOf(table);
  const share = (now: number) => {
    let newcomer = 0;
    for (let time = 0; time < 400; time++) if (firstOf(selector, now) === 0) newcomer++;
    return newcomer / 400;
  };
  assert(share(0) < 0.1);
  assert(share(20_000) > 0.4);
});
