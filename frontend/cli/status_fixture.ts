import type { FrontendStatus } from "../status.ts";
import { cutCountsOf } from "../table/cuts.ts";
import type { BackendStatus } from "../table/backend_status.ts";

const noCuts = cutCountsOf(() => 0);

/** A backend that is up and of which everything is known, but for what a test says of it. */
export function aBackend(parts: Partial<BackendStatus> = {}): BackendStatus {
  return {
    id: "9f2c61d0",
    service: "http",
    address: "10.0.0.11",
    port: 80,
    state: "up",
    reason: "answering",
    cpu: 0.374,
    cores: 4,
    ram: 0.52,
    ramBytes: 8_360_000_000,
    rttMs: 0.411,
    acceptQueue: 0,
    check: null,
    linkBps: 125_000_000,
    bandwidth: { inBps: 120_400, outBps: 9_811_200 },
    activeConnections: 12,
    totalConnections: 48_211,
    failedConnections: 0,
    share: 0.34,
    ageMs: 412,
    agentVersion: "0.1.0",
    why: "preferred: 3 in flight (average 6)",
    ...parts,
  };
}

/** So many backends, of which some are in each state. */
export function manyBackends(count: number): BackendStatus[] {
  const states = ["up", "up", "up", "draining", "down", "ejected", "joining"] as const;
  return Array.from({ length: count }, (_, at) =>
    aBackend({
      id: (0x10000000 + at).toString(16),
      address: `10.0.${at >> 8}.${at & 255}`,
      state: states[at % states.length] ?? "up",
      cpu: (at % 100) / 100,
      activeConnections: at,
    }));
}

/** The status of a front end with one backend, but for what a test says of it. */
export function aStatus(parts: Partial<FrontendStatus> = {}): FrontendStatus {
  return {
    version: "0.1.0",
    pid: 4711,
    uptimeSeconds: 12,
    authenticated: true,
    policy: "adaptive",
    engines: ["deno", "deno"],
    affinity: "none",
    listen: [{ service: null, address: null, port: 80 }],
    interfaces: [{ name: "eth0", address: "10.0.0.1" }],
    connections: {
      open: 12,
      accepted: 48_211,
      waiting: 0,
      refused: 3,
      clientFaults: 0,
      cut: { ...noCuts, "no-server": 3 },
    },
    replaced: [],
    refusals: [],
    filtered: 0,
    sharedAddresses: [],
    passedOn: { probes: 0, reports: 0, leftOut: 0 },
    duplicates: [],
    backends: [aBackend()],
    leftOut: [],
    next: [{
      service: null,
      backends: [{ id: "9f2c61d0", address: "10.0.0.11", port: 80, chance: 1 }],
    }],
    ...parts,
  };
}
