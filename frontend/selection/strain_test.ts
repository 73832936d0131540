import { assertAlmostEquals, assertEquals, assertGreater, assertLess } from "@std/assert";
import { adaptiveTuning } from "./adaptive_tuning.ts";
import { type Figures, fleet } from "./fleet_fixture.ts";
import { cpuStrain, memoryStrain, type Strain } from "./strain.ts";

function strainOf(strain: Strain, figures: Figures): number {
  return strain.of(0, fleet([figures]), adaptiveTuning);
}

Deno.test("an idle server is under no strain", () => {
  assertEquals(strainOf(cpuStrain, { cpu: 0 }), 1);
  assertEquals(strainOf(memoryStrain, { ram: 0 }), 1);
});

Deno.test("CPU counts in proportion", () => {
  assertAlmostEquals(strainOf(cpuStrain, { cpu: 0.5 }), 1.25);
  assertAlmostEquals(strainOf(cpuStrain, { cpu: 1 }), 1.5);
});

Deno.test("memory counts only when it runs short", () => {
  assertLess(strainOf(memoryStrain, { ram: 0.7 }), 1.01);
  assertGreater(strainOf(memoryStrain, { ram: 0.95 }), 1.8);
  assertEquals(strainOf(memoryStrain, { ram: 1 }), 3);
});

Deno.test("an unknown figure makes an unknown strain", () => {
  for (const strain of [cpuStrain, memoryStrain]) assertEquals(strainOf(strain, {}), NaN);
});
