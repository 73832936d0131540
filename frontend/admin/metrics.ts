import { exposition } from "../../lib/metrics/exposition.ts";
import { byWord, type Figure, gauge, type MetricFamily } from "../../lib/metrics/metric_family.ts";
import { type ProgramFigures, programMetrics } from "../../lib/metrics/program_metrics.ts";
import { backendStates } from "../table/layout.ts";
import type { StateTable } from "../table/state_table.ts";
import { backendMetrics } from "./backend_metrics.ts";
import { type MonitorFigures, monitorMetrics } from "./monitor_metrics.ts";
import { type ProxyFigures, proxyMetrics } from "./proxy_metrics.ts";

/** How long metrics are worded before other work has its turn, in milliseconds. */
const uninterruptedMs = 5;

/** Everything that `/metrics` tells. */
export interface FrontendFigures extends ProxyFigures {
  readonly program: ProgramFigures;
  readonly monitor: MonitorFigures;
  /** How many backends can take a connection. */
  readonly usable: number;
  /** The policy, the affinity and whatever else tells how connections are treated. */
  readonly settings: Readonly<Record<string, string>>;
}

/** The metrics of the front end, a family each time that one is asked for. */
export function* frontendMetrics(figures: FrontendFigures): Generator<MetricFamily> {
  const { program, table, now, usable, settings, monitor } = figures;
  yield* programMetrics(program);
  yield gauge("lb_settings_info", "Always 1; the labels tell how connections are treated", [
    [settings, 1],
  ]);
  yield gauge("lb_backends", "Backends by state", countsByState(table));
  yield gauge("lb_backends_usable", "Backends that can take a connection", [[{}, usable]]);
  yield* proxyMetrics(figures);
  yield* monitorMetrics(monitor);
  yield* backendMetrics(table, now);
}

/**
 * The metrics of the front end in Prometheus's text format. Probes and answers pass in between, so
 * that round-trip times stay true however many servers there are.
 */
export function renderMetrics(figures: FrontendFigures): Promise<string> {
  return exposition(frontendMetrics(figures), pauseAfter(uninterruptedMs));
}

/** Gives a function that lets other work go on, as soon as so many milliseconds have been spent. */
function pauseAfter(ms: number): () => Promise<void> {
  let begun = performance.now();
  return async () => {
    if (performance.now() - begun < ms) return;
    await new Promise((resolve) => setTimeout(resolve));
    begun = performance.now();
  };
}

function countsByState(table: StateTable): Figure[] {
  const states = [...table.slots()].map((slot) => table.stateOf(slot));
  return byWord("state", backendStates, (state) => states.filter((one) => one === state).length);
}
