import { noProbing } from "../monitor/probing_counts.ts";
import { countCuts } from "../table/cuts.ts";
import type { StateTable } from "../table/state_table.ts";
import type { FrontendFigures } from "./metrics.ts";

/** What a front end that has this table might tell. */
export function figuresOf(table: StateTable): FrontendFigures {
  return {
    program: {
      program: "lb-frontend",
      version: "1.2.3",
      runtime: "2.9.4",
      authenticated: false,
      httpRefused: new Map([["host", 3]]),
      process: {
        startedAt: 1_000,
        cpuSeconds: null,
        threads: 4,
        residentBytes: 5e7,
        virtualBytes: null,
        openFiles: 9,
        fileLimit: Infinity,
      },
    },
    settings: { policy: "adaptive", affinity: "none" },
    table,
    now: 10_000,
    usable: 1,
    maxConnections: 421,
    maxPerServer: null,
    maxPerClient: null,
    cuts: countCuts(table),
    replaced: [{ pid: 4711, sinceSeconds: 60, open: 2 }],
    restarts: [0, 2],
    mainLoopDelay: { bounds: [1, 5], counts: [7, 2, 1], sum: 1_234 },
    monitor: {
      counts: { ...noProbing(), answers: 3 },
      refusals: [{ reason: "unknown-key", count: 5 }],
      leftOut: [{ reason: "loopback", count: 4 }],
      interfaces: 2,
      agents: 1,
      duplicated: 0,
      filtered: 17,
      shared: 1,
      passed: { probes: 4, reports: 3, leftOut: 2 },
    },
  };
}
