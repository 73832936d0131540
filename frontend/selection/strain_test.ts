import { assertAlmostEquals, assertEquals } from "@std/assert";
import { type Figures, fleet } from "./fleet_fixture.ts";
import { bandwidthStrain, cpuStrain, ramStrain, rttStrain, type Strain } from "./strain.ts";

function strainOf(strain: Strain, figures: Figures): number {
  return strain.of(0, fleet([figures]));
}

Deno.test("an idle server is under no strain", () => {
  assertEquals(strainOf(cpuStrain, { cpu: 0 }), 1);
  assertEquals(strainOf(ramStrain, { ram: 0 }), 1);
  assertEquals(strainOf(rttStrain, { rttMs: 0 }), 1);
  assertEquals(strainOf(bandwidthStrain, { inBps: 0, outBps: 0, linkBps: 1e8 }), 1);
});

Deno.test("CPU counts in proportion, RAM only when it runs short", () => {
  assertEquals(strainOf(cpuStrain, { cpu: 0.5 }), 2);
  assertAlmostEquals(strainOf(ramStrain, { ram: 0.5 }), 1.125);
  assertAlmostEquals(strainOf(ramStrain, { ram: 1 }), 3);
});

Deno.test("round trips count by the ten milliseconds, up to a limit", () => {
  assertAlmostEquals(strainOf(rttStrain, { rttMs: 0.4 }), 1.04);
  assertEquals(strainOf(rttStrain, { rttMs: 10 }), 2);
  assertEquals(strainOf(rttStrain, { rttMs: 10_000 }), 4);
});

Deno.test("bandwidth counts in the busier direction and against the link's speed", () => {
  assertEquals(strainOf(bandwidthStrain, { inBps: 1e6, outBps: 5e7, linkBps: 1e8 }), 2);
  assertEquals(strainOf(bandwidthStrain, { inBps: 5e7, outBps: 1e6, linkBps: 1e8 }), 2);
  assertEquals(strainOf(bandwidthStrain, { inBps: 0, outBps: 9e9, linkBps: 1e8 }), 3);
});

Deno.test("a link of unknown speed is taken for one of 1 Gbit/s", () => {
  assertEquals(strainOf(bandwidthStrain, { inBps: 0, outBps: 62_500_000 }), 2);
});

Deno.test("an unknown figure makes an unknown strain", () => {
  for (const strain of [cpuStrain, ramStrain, rttStrain, bandwidthStrain]) {
    assertEquals(strainOf(strain, {}), NaN);
  }
});
