import { assertEquals } from "@std/assert";
import { connect, fleetOf } from "./fleet_fixture.ts";
import { sumAt, sumEach } from "./column_sums.ts";

Deno.test("the columns of a counter add up to what the table's sum says", () => {
  const table = fleetOf(3);
  connect(table, 1, 5);
  table.addRelayFigure("busy", 1, 0, 2);
  const columns = table.relayColumns("busy");
  assertEquals([0, 1, 2].map((slot) => sumAt(columns, slot)), [0, 7, 0]);
  assertEquals(sumAt(columns, 1), table.relaySum("busy", 1));
  const sums = [99, 99, 99];
  sumEach(columns, [1, 0], sums);
  assertEquals(sums, [7, 0, 99]);
});
