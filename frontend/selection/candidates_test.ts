import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { type BackendState, backendStates } from "../table/layout.ts";
import { StateTable } from "../table/state_table.ts";
import { availabilityOf, availableSlots, expectsAnother, trackCandidates } from "./candidates.ts";
import { addServer, fleet, setStateOf } from "./fleet_fixture.ts";

Deno.test("backends that are up are chosen, and no others while there are any", () => {
  for (const state of backendStates) {
    const table = fleet([{}, {}]);
    setStateOf(table, 1, state, true);
    assertEquals(availableSlots(table, null), state === "up" ? [0, 1] : [0], state);
  }
});

Deno.test("where none is up, those marked as a last resort are chosen", () => {
  const table = fleet([{}, {}, {}]);
  setStateOf(table, 0, "ejected", true);
  setStateOf(table, 1, "down", false);
  setStateOf(table, 2, "joining", true);
  assertEquals(availableSlots(table, null), [0, 2]);
});

Deno.test("a drained backend is never chosen, be it the last one; one whose agent stops is then", () => {
  const table = fleet([{}]);
  setStateOf(table, 0, "draining", false);
  assertEquals(availableSlots(table, null), []);
  setStateOf(table, 0, "draining", true);
  assertEquals(availableSlots(table, null), [0]);
});

Deno.test("availability depends on state and last resort alone", () => {
  const table = fleet([{}]);
  const found = backendStates.map((state: BackendState) =>
    [false, true].map((lastResort) => {
      setStateOf(table, 0, state, lastResort);
      return availabilityOf(table, 0);
    })
  );
  assertEquals(found, [
    ["closed", "fallback"],
    ["ready", "ready"],
    ["closed", "fallback"],
    ["closed", "fallback"],
    ["closed", "fallback"],
  ]);
});

/** A table of one agent's services, all up. */
function agentWith(...services: readonly string[]): StateTable {
  const table = StateTable.create({ capacity: services.length, workers: 1 });
  for (const [serviceOrdinal, service] of services.entries()) {
    const port = 8000 + serviceOrdinal;
    const slot = table.take({ id: 1, service, serviceOrdinal, address: "10.0.0.1", port });
    setStateOf(table, slot ?? NaN, "up");
  }
  return table;
}

Deno.test("a named service is served by the backends of that name", () => {
  const table = agentWith("http", "https", "http2");
  assertEquals(availableSlots(table, "https"), [1]);
  assertEquals(availableSlots(table, "http"), [0]);
  assertEquals(availableSlots(table, "smtp"), []);
});

Deno.test("a bare port is served by each agent's first service", () => {
  assertEquals(availableSlots(agentWith("https", "http"), null), [0]);
  assertEquals(availableSlots(agentWith("", "http"), null), [0]);
});

Deno.test("one service's backends do not keep another's last resort from being used", () => {
  const table = agentWith("http", "https");
  setStateOf(table, 1, "ejected", true);
  assertEquals(availableSlots(table, "https"), [1]);
});

Deno.test("a slot that was given back is no candidate", () => {
  const table = fleet([{}, {}]);
  table.free(0);
  assertEquals(availableSlots(table, null), [1]);
});

Deno.test("the list is the same one until the table announces a change", () => {
  const table = fleet([{}, {}]);
  const candidates = trackCandidates(table, null);
  const before = candidates();
  assertStrictEquals(candidates(), before);

  table.setState(0, "down", { since: 0, reason: "", lastResort: false });
  assertStrictEquals(candidates(), before);
  table.announceChange();
  assertEquals(candidates(), [1]);
});

Deno.test("a change announced while the list is made is seen by the next look", () => {
  const table = fleet([{}, {}]);
  let disturb = true;
  const disturbed = new Proxy(table, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (name === "stateOf" && disturb) {
        disturb = false;
        queue.push(() => setStateOf(target, 0, "down"));
        return (slot: number) => {
          const state = target.stateOf(slot);
          queue.pop()?.();
          return state;
        };
      }
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const queue: (() => void)[] = [];
  const candidates = trackCandidates(disturbed, null);
  assertEquals(candidates(), [0, 1]);
  assertEquals(candidates(), [1]);
});

Deno.test("whatever happened to the backends, the tracked list is that of a fresh look", () => {
  const change = fc.record({
    slot: fc.nat(7),
    state: fc.constantFrom(...backendStates),
    lastResort: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(change), (changes) => {
    const table = fleet([{}, {}, {}, {}]);
    const candidates = trackCandidates(table, null);
    for (const { slot, state, lastResort } of changes) {
      if (table.isTaken(slot)) setStateOf(table, slot, state, lastResort);
      else if (table.used < table.size.capacity) addServer(table);
      assertEquals(candidates(), availableSlots(table, null));
    }
  }));
});

Deno.test("a backend that came or went a moment ago is expected, others are not", () => {
  const table = fleet([{}, {}]);
  const expects = (now: number, ...leftOut: number[]) =>
    expectsAnother(table, null, now, (slot) => leftOut.includes(slot));
  const set = (slot: number, state: "up" | "down" | "draining") =>
    table.setState(slot, state, { since: 1_000, reason: "", lastResort: false });
  set(0, "up");
  set(1, "down");
  assertEquals(expects(5_000), true);
  assertEquals(expects(5_000, 1), false);
  assertEquals(expects(6_000), false);
  set(1, "draining");
  assertEquals(expects(1_500), false);
});
