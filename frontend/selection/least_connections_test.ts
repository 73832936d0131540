import { assertEquals } from "@std/assert";
import { connect, fleet } from "./fleet_fixture.ts";
import { leastConnections } from "./least_connections.ts";
import { assertEvenSpread, contextAt, countChoices } from "./spread_fixture.ts";

const slots = [0, 1, 2, 3];

Deno.test("the connections of all workers count", () => {
  const table = fleet([{}, {}]);
  table.addRelayFigure("busy", 0, 0, 1);
  table.addRelayFigure("busy", 0, 1, 2);
  table.addRelayFigure("busy", 1, 0, 2);
  assertEquals(leastConnections().pick([0, 1], table, contextAt(0)), 1);
});

Deno.test("of descending counts only the last is chosen", () => {
  const table = fleet([{}, {}, {}, {}]);
  for (const slot of slots) connect(table, slot, 4 - slot);
  const counts = countChoices(leastConnections(), slots, table, {
    times: 50,
    context: contextAt(0),
  });
  assertEquals(counts, [0, 0, 0, 50]);
});

Deno.test("idle servers share evenly", () => {
  const table = fleet([{}, {}, {}, {}]);
  const options = { times: 4000, context: contextAt(0) };
  assertEvenSpread(countChoices(leastConnections(), slots, table, options));
});

Deno.test("connections that stay open are spread to within one", () => {
  const table = fleet([{}, {}, {}, {}]);
  const counts = countChoices(leastConnections(), slots, table, {
    times: 402,
    context: contextAt(0),
    after: (slot) => connect(table, slot),
  });
  assertEquals(counts.toSorted(), [100, 100, 101, 101]);
});
