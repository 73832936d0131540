import { adaptiveTuning as tuning } from "./adaptive_tuning.ts";
import type { BackendMetrics } from "./policy.ts";

/** How much one of a server's figures weighs on it: 1 is not at all; NaN is unknown. */
export interface Strain {
  /** What people call the figure. */
  readonly name: string;
  /** Works it out from the table. */
  of(slot: number, backends: BackendMetrics): number;
  /** Whether it came with a report and is as old as that; otherwise it is as of now. */
  readonly reported: boolean;
}

/** Busy CPU. */
export const cpuStrain: Strain = {
  name: "CPU",
  reported: true,
  of: (slot, backends) => 1 + tuning.cpuStrain * backends.figure("cpu", slot),
};

/** Memory that is nearly full. */
export const ramStrain: Strain = {
  name: "memory",
  reported: true,
  of: (slot, backends) => 1 + tuning.ramStrain * backends.figure("ram", slot) ** tuning.ramPower,
};

/** A long way to the server. */
export const rttStrain: Strain = {
  name: "RTT",
  reported: true,
  of: (slot, backends) =>
    1 + Math.min(tuning.mostRttStrain, backends.figure("rttMs", slot) / tuning.rttMsOfOneStrain),
};

/** A link that is nearly full, in its busier direction: links carry both at once. */
export const bandwidthStrain: Strain = {
  name: "bandwidth",
  reported: false,
  of(slot, backends) {
    const inUse = Math.max(backends.figure("inBps", slot), backends.figure("outBps", slot));
    const known = backends.figure("linkBps", slot);
    const link = known > 0 ? known : tuning.presumedLinkBps;
    return 1 + tuning.bandwidthStrain * Math.min(1, inUse / link);
  },
};

/** The metrics that tilt the adaptive policy. */
export const strains: readonly Strain[] = [cpuStrain, ramStrain, rttStrain, bandwidthStrain];
