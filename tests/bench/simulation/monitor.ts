import { BackendRegistry } from "../../../frontend/table/backend_registry.ts";
import type { StateTable } from "../../../frontend/table/state_table.ts";
import type { AdaptiveTuning } from "../../../frontend/selection/adaptive_tuning.ts";
import { SpeedCredit } from "../../../frontend/selection/speed_credit.ts";
import { Traffic } from "../../../frontend/table/traffic.ts";
import { type Machine, newMachine, newPath } from "../../../frontend/monitor/machine.ts";
import { exampleReport } from "../../../frontend/monitor/report_fixture.ts";
import type { Report } from "../../../lib/protocol/messages.ts";
import type { Server } from "./server.ts";
import type { Timeline } from "./timeline.ts";

/** How the servers are watched. */
export interface MonitorPlan {
  readonly probeIntervalMs: number;
  /** Part of the probes that stay unanswered, the repetition by unicast included. */
  readonly probeLoss: number;
  /** What an agent reports in place of the truth, by the place of its server. */
  readonly lies: (place: number, truth: Report) => Report;
}

/** Agents delay their answers by up to this many milliseconds. */
const answerWindowMs = 10;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The address of a server of the simulation. */
export function addressOf(place: number): string {
  return `10.0.${place >> 8}.${place & 255}`;
}

/** What the agent of a server says at this moment. */
function reportOf(server: Server, place: number): Report {
  return exampleReport({
    agent: BigInt(place + 1),
    services: [{
      name: "",
      port: 80,
      listening: server.isAlive,
      acceptQueue: server.isAlive ? server.acceptQueue : null,
      check: null,
    }],
    cpu: { busy: server.cpuBusy, cores: server.cores, source: "machine" },
    ram: { used: server.ramUsed, totalBytes: 8_000_000_000, source: "machine" },
    establishedTcp: server.inFlight,
    linkBytesPerSecond: server.linkBps,
  });
}

function machineOf(server: Server, place: number): Machine {
  const path = newPath(addressOf(place), "eth0");
  path.rtt = { ms: server.rttMs };
  return newMachine(reportOf(server, place), path, 1);
}

/**
 * Probes the servers and keeps the monitor's part of a front end's table, by the same registry and
 * life cycle as the real monitor, which is left out: datagrams are made up here.
 *
 * @returns the registry, which is to be told of connections.
 */
export function watchServers(
  timeline: Timeline,
  { table, servers, plan, tuning, random }: {
    readonly table: StateTable;
    readonly servers: readonly Server[];
    readonly plan: MonitorPlan;
    readonly tuning: AdaptiveTuning;
    readonly random: () => number;
  },
): BackendRegistry {
  const registry = new BackendRegistry({ table, logger: silent, isOwnListener: () => false });
  const machines = servers.map(machineOf);
  const traffic = new Traffic(table);
  const speedCredit = new SpeedCredit(table, tuning);

  function probe(server: Server, place: number): void {
    const machine = machines[place];
    if (machine === undefined) return;
    if (random() < plan.probeLoss) return registry.missed(machine, timeline.now);
    const delay = random() * answerWindowMs;
    timeline.after(server.rttMs / 2 + delay, () => {
      const report = plan.lies(place, reportOf(server, place));
      timeline.after(server.rttMs / 2, () => {
        machine.report = report;
        registry.heard(machine, timeline.now);
      });
    });
  }

  timeline.every(plan.probeIntervalMs, () => servers.forEach(probe));
  timeline.every(1000, () => {
    registry.tick(timeline.now);
    traffic.sample(timeline.now);
    speedCredit.sample(timeline.now);
  });
  return registry;
}
