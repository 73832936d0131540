import type { ProcessFigures } from "../lib/metrics/process_figures.ts";
import type { AgentStatus } from "./status.ts";

/** What an agent might tell. */
export const exampleStatus: AgentStatus = {
  id: "0123456789abcdef",
  version: "1.2.3",
  uptimeSeconds: 7,
  group: "239.8.8.8",
  port: 8888,
  authenticated: true,
  advertise: null,
  draining: true,
  leaving: false,
  services: [
    { name: 'we"b', port: 80, listening: false, acceptQueue: 3, check: null, backend: "9f2c61d0" },
    { name: "", port: 81, listening: null, acceptQueue: null, check: null, backend: "9f2c61d1" },
  ],
  checksNotRun: [],
  cpu: { busy: 0.5, cores: 2, source: "machine" },
  ram: null,
  pressure: null,
  establishedTcp: 12,
  unicast: ["127.0.0.1"],
  interfaces: [{ name: "eth0", address: "10.0.0.11" }],
  monitors: [
    { address: "10.0.0.1", port: 8888, lastProbeMs: 10, live: true, key: "current" },
    { address: "10.0.0.2", port: 8888, lastProbeMs: 90_000, live: false, key: "current" },
  ],
  answered: 41,
  refusals: [{ reason: "forged", count: 2, lastFrom: "10.0.0.9:8888", lastClaimed: null }],
  overloaded: 1,
  dropped: 5,
  filtered: 11,
};
/** What its process might use. */
export const exampleProcess: ProcessFigures = {
  startedAt: 1,
  cpuSeconds: 2,
  threads: 3,
  residentBytes: 4,
  virtualBytes: 5,
  openFiles: 6,
  fileLimit: 7,
};
