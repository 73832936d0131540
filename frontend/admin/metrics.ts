import { exposition } from "../../lib/metrics/exposition.ts";
import { byWord, type Figure, gauge, type MetricFamily } from "../../lib/metrics/metric_family.ts";
import { type ProgramFigures, programMetrics } from "../../lib/metrics/program_metrics.ts";
import { backendStates } from "../table/layout.ts";
import type { StateTable } from "../table/state_table.ts";
import { backendMetrics } from "./backend_metrics.ts";
import { type MonitorFigures, monitorMetrics } from "./monitor_metrics.ts";
import { type ProxyFigures, proxyMetrics } from "./proxy_metrics.ts";

/** Everything that `/metrics` tells. */
export interface FrontendFigures extends ProxyFigures {
  readonly program: ProgramFigures;
  readonly monitor: MonitorFigures;
  /** How many backends can take a connection. */
  readonly usable: number;
  /** The policy, the affinity and whatever else tells how connections are treated. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The metrics of the front end. */
export function frontendMetrics(figures: FrontendFigures): MetricFamily[] {
  const { program, table, now, usable, settings, monitor } = figures;
  return [
    ...programMetrics(program),
    gauge("lb_settings_info", "Always 1; the labels tell how connections are treated", [
      [settings, 1],
    ]),
    gauge("lb_backends", "Backends by state", countsByState(table)),
    gauge("lb_backends_usable", "Backends that can take a connection", [[{}, usable]]),
    ...proxyMetrics(figures),
    ...monitorMetrics(monitor),
    ...backendMetrics(table, now),
  ];
}

/** The metrics of the front end in Prometheus's text format. */
export function renderMetrics(figures: FrontendFigures): Promise<string> {
  return exposition(frontendMetrics(figures));
}

function countsByState(table: StateTable): Figure[] {
  const states = [...table.slots()].map((slot) => table.stateOf(slot));
  return byWord("state", backendStates, (state) => states.filter((one) => one === state).length);
}
