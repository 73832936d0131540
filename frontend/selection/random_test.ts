import { fleet } from "./fleet_fixture.ts";
import { randomChoice } from "./random.ts";
import { assertEvenSpread, contextAt, countChoices } from "./spread_fixture.ts";

Deno.test("random choice spreads evenly whatever the figures say", () => {
  const table = fleet([{ cpu: 1 }, { cpu: 0 }, { rttMs: 900 }, {}]);
  table.addRelayFigure("busy", 0, 0, 100);
  const options = { times: 4000, context: contextAt(0) };
  assertEvenSpread(countChoices(randomChoice(), [0, 1, 2, 3], table, options));
});
