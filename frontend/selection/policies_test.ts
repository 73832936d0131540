import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { policyNames } from "../../lib/config/settings.ts";
import { monitorFigures, relayFigures } from "../table/layout.ts";
import type { StateTable } from "../table/state_table.ts";
import { fixtureWorkers, fleetOf } from "./fleet_fixture.ts";
import { policies } from "./policies.ts";
import { preference } from "./preference.ts";
import { seededRandom } from "./seeded_random.ts";

/** Any figure, unknown and absurd ones included. */
const anyFigure = fc.oneof(
  fc.constantFrom(NaN, 0, 1, Infinity, -1),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1e15, noNaN: true }),
);

/** A table of some servers with any figures at all. */
const anyTable: fc.Arbitrary<StateTable> = fc.integer({ min: 1, max: 40 }).chain((size) => {
  const columns = monitorFigures.length + relayFigures.length * fixtureWorkers;
  return fc.array(anyFigure, { minLength: columns, maxLength: 7 * columns }).map((values) => {
    const table = fleetOf(size);
    let at = 0;
    const next = () => values[at++ % values.length] ?? NaN;
    for (const slot of table.slots()) {
      for (const name of monitorFigures) table.setFigure(name, slot, next());
      for (const name of relayFigures) {
        for (let worker = 0; worker < fixtureWorkers; worker++) {
          table.setRelayFigure(name, slot, worker, next());
        }
      }
    }
    return table;
  });
});

Deno.test("there is a policy for every name", () => {
  assertEquals(Object.keys(policies).toSorted(), policyNames.toSorted());
});

for (const name of policyNames) {
  Deno.test(`${name} picks one of the candidates whatever is unknown or absurd`, () => {
    fc.assert(
      fc.property(anyTable, fc.double({ min: 0, max: 1e9, noNaN: true }), (table, now) => {
        const policy = policies[name]();
        const slots = [...table.slots()].filter((slot) => slot === 0 || slot % 3 > 0);
        const context = { now, random: seededRandom(now), client: "192.0.2.7" };
        for (let time = 0; time < 5; time++) {
          assert(slots.includes(policy.pick(slots, table, context)));
        }
      }),
    );
  });

  Deno.test(`${name} orders all candidates, each once`, () => {
    fc.assert(
      fc.property(anyTable, (table) => {
        const slots = [...table.slots()];
        const context = { now: 1000, random: seededRandom(1), client: "192.0.2.7" };
        const order = [...preference(policies[name](), () => slots, table, context)];
        assertEquals(order.toSorted((a, b) => a - b), slots);
      }),
      { numRuns: 30 },
    );
  });
}
