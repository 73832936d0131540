import { assert, assertEquals } from "@std/assert";
import type { PolicyName } from "../../lib/config/settings.ts";
import { policies } from "./policies.ts";
import { connect, fleet, fleetOf, setStateOf } from "./fleet_fixture.ts";
import { forecaster } from "./forecast.ts";
import { seededRandom } from "./seeded_random.ts";

const now = 100_000;
const inForce = {
  services: [null],
  policy: "adaptive",
  affinity: "none",
  maxPerServer: null,
} as const;

Deno.test("the server that is certain to be picked has a chance of 1", () => {
  const table = fleetOf(2);
  connect(table, 1);
  const forecast = forecaster(table, { ...inForce, policy: "least-connections" }, seededRandom(1));
  assertEquals(forecast(now), [{ service: null, choices: [{ slot: 0, chance: 1 }] }]);
});

Deno.test("the likeliest comes first, and the chances add up to 1", () => {
  const table = fleet([{ cpu: 0.9, reportedAt: now }, { cpu: 0.1, reportedAt: now }, {}]);
  const [{ choices = [] } = {}] = forecaster(table, inForce, seededRandom(2))(now);
  assertEquals(choices[0]?.slot, 1);
  const chances = choices.map(({ chance }) => chance);
  assertEquals(chances, chances.toSorted((one, other) => other - one));
  assert(Math.abs(chances.reduce((sum, chance) => sum + chance, 0) - 1) < 1e-9);
});

Deno.test("a forecast changes no figure of the table, under any policy", () => {
  const table = fleet([{ cpu: 0.9, reportedAt: now }, { cpu: 0.1, reportedAt: now }]);
  const before = JSON.stringify([...new Uint8Array(table.buffer)]);
  for (const policy of Object.keys(policies) as PolicyName[]) {
    forecaster(table, { ...inForce, policy }, seededRandom(3))(now);
  }
  assertEquals(JSON.stringify([...new Uint8Array(table.buffer)]), before);
});

Deno.test("affinity spreads the forecast over the clients' servers", () => {
  const table = fleetOf(4);
  const [{ choices = [] } = {}] = forecaster(
    table,
    { ...inForce, affinity: "client" },
    seededRandom(4),
  )(now);
  assertEquals(choices.length, 4);
});

Deno.test("where no server can be chosen there is no choice", () => {
  const table = fleetOf(1);
  setStateOf(table, 0, "down");
  assertEquals(forecaster(table, inForce, seededRandom(5))(now), [{ service: null, choices: [] }]);
});

Deno.test("each service is forecast once, however many listeners it has", () => {
  const table = fleetOf(1);
  const forecast = forecaster(
    table,
    { ...inForce, services: ["http", "http", "x"] },
    seededRandom(6),
  );
  assertEquals(forecast(now).map(({ service }) => service), ["http", "x"]);
});
