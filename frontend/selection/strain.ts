import type { AdaptiveTuning } from "./adaptive_tuning.ts";
import type { BackendMetrics } from "./policy.ts";

/** How much one of the figures that a server reports weighs on it. */
export interface Strain {
  /** What people call the figure. */
  readonly name: string;
  /** Works it out from the table: 1 is not at all; NaN is unknown. */
  of(slot: number, backends: BackendMetrics, tuning: AdaptiveTuning): number;
}

/** Busy CPU. */
export const cpuStrain: Strain = {
  name: "CPU",
  of: (slot, backends, tuning) => 1 + tuning.cpuStrain * backends.figure("cpu", slot),
};

/** Memory that is nearly full. */
export const memoryStrain: Strain = {
  name: "memory",
  of: (slot, backends, tuning) =>
    1 + tuning.ramStrain * backends.figure("ram", slot) ** tuning.ramPower,
};

/** The reported figures that count beside what the front end measures itself. */
export const strains: readonly Strain[] = [cpuStrain, memoryStrain];
