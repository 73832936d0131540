/**
 * What one choice costs, by policy and number of backends; run with
 *
 *     deno bench tests/bench/selection_bench.ts
 *
 * Wanted: at most 2 µs with 10 backends, and 10 µs with 1,000.
 *
 * @module
 */
import type { AffinityName, PolicyName } from "../../lib/config/settings.ts";
import { policyNames } from "../../lib/config/settings.ts";
import { fleet } from "../../frontend/selection/fleet_fixture.ts";
import { seededRandom } from "../../frontend/selection/seeded_random.ts";
import { Selector } from "../../frontend/selection/selector.ts";
import type { StateTable } from "../../frontend/table/state_table.ts";

const fleetSizes = [1, 3, 10, 100, 1000];
const startedAt = 100_000;

/** Servers of which every figure is known, with some connections in flight. */
function busyFleet(size: number): StateTable {
  const random = seededRandom(size);
  const table = fleet(Array.from({ length: size }, () => ({
    cpu: random(),
    ram: random(),
    rttMs: random(),
    linkBps: 125_000_000,
    inBps: 1e6 * random(),
    outBps: 1e7 * random(),
    reportedAt: startedAt - 1000 * random(),
  })));
  for (const slot of table.slots()) {
    table.addRelayFigure("busy", slot, 0, Math.floor(20 * random()));
    table.setRelayFigure("firstByteMs", slot, 0, 10 * random());
    table.setRelayFigure("connectMs", slot, 0, random());
    table.setRelayFigure("shortestConnectMs", slot, 0, random());
  }
  return table;
}

/** Measures the first choice, as the proxy makes it for nearly every connection. */
function benchChoice(size: number, policy: PolicyName, affinity: AffinityName): void {
  const random = seededRandom(1);
  const selector = new Selector({
    table: busyFleet(size),
    service: null,
    policy,
    affinity,
    random,
  });
  const name = affinity === "none" ? policy : `affinity ${affinity}`;
  let now = startedAt;
  Deno.bench(`${name}, ${size} backends`, { group: name }, () => {
    now += 0.1;
    for (const _slot of selector.candidates("192.0.2.7", now)) break;
  });
}

for (const policy of policyNames) {
  for (const size of fleetSizes) benchChoice(size, policy, "none");
}
for (const size of fleetSizes) benchChoice(size, "adaptive", "client");
