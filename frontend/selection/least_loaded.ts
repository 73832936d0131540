import { sampler } from "./draw.ts";
import { pickLeast } from "./least.ts";
import type { BackendMetrics, Policy } from "./policy.ts";

/** Part of the load that CPU makes up; RAM is the rest. */
const cpuPart = 0.75;

/**
 * By how much load (0 to 1) a server counts as busier when it was sent the mean number of
 * connections since its report. The smaller it is, the more go to the server last reported idlest.
 */
const loadOfMeanSends = 0.25;

/** The load that a server reported, 0 to 1, of the figures that are known; NaN where none is. */
export function reportedLoad(slot: number, backends: BackendMetrics): number {
  const cpu = backends.figure("cpu", slot);
  const ram = backends.figure("ram", slot);
  if (Number.isNaN(ram)) return cpu;
  if (Number.isNaN(cpu)) return ram;
  return cpuPart * cpu + (1 - cpuPart) * ram;
}

/** Counts the connections handed to each server, by all workers, since its last report. */
function trackSends(): (slot: number, backends: BackendMetrics) => number {
  const reports: number[] = [];
  const totals: number[] = [];
  return (slot, backends) => {
    const report = backends.figure("reportedAt", slot);
    const total = backends.relaySum("total", slot);
    const known = totals[slot];
    // Object.is, as an unknown report time is NaN; a smaller total is that of a new backend.
    if (known === undefined || total < known || !Object.is(report, reports[slot])) {
      reports[slot] = report;
      totals[slot] = total;
      return 0;
    }
    return total - known;
  };
}

/**
 * The least loaded server by the agents' reports of CPU and RAM, plus our own sends since.
 *
 * By the report alone, every connection between two reports would go to the same server, and the
 * more so the older the report (Dahlin, "Interpreting Stale Load Information", 2000). Sends count in
 * proportion to their mean over the candidates, so that the same few constants serve at ten
 * connections a second and at ten thousand. A server of unknown load is taken for an average one.
 */
export function leastLoaded(): Policy {
  const sampled = sampler();
  const sendsSinceReport = trackSends();
  let meanLoad = 0;
  let meanSends = 0;

  function survey(slots: readonly number[], backends: BackendMetrics): void {
    let loads = 0;
    let known = 0;
    let sends = 0;
    for (const slot of slots) {
      const load = reportedLoad(slot, backends);
      if (!Number.isNaN(load)) {
        loads += load;
        known++;
      }
      sends += sendsSinceReport(slot, backends);
    }
    meanLoad = known > 0 ? loads / known : 0;
    // A single connection over many servers must not weigh as if it were a flood.
    meanSends = Math.max(1, sends / slots.length);
  }

  function expectedLoad(slot: number, backends: BackendMetrics): number {
    const reported = reportedLoad(slot, backends);
    const sends = sendsSinceReport(slot, backends);
    return (Number.isNaN(reported) ? meanLoad : reported) + loadOfMeanSends * sends / meanSends;
  }

  return {
    pick(slots, backends, context) {
      const compared = sampled(slots, context.random);
      survey(compared, backends);
      return pickLeast(compared, expectedLoad, backends, context);
    },
  };
}
