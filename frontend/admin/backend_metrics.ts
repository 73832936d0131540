import {
  counter,
  type Figure,
  gauge,
  histogram,
  type Labels,
  type MetricFamily,
  oneOf,
} from "../../lib/metrics/metric_family.ts";
import { failureFigures } from "../proxy/counters.ts";
import { backendStates } from "../table/layout.ts";
import type {
  MonitorFigure,
  RelayFigure,
  RelayHistogram,
  StateTable,
} from "../table/state_table.ts";
import { inSeconds, readingInSeconds } from "./in_seconds.ts";

/** A backend's slot, and the labels of its figures. */
interface Row {
  readonly slot: number;
  readonly tenancy: number;
  readonly labels: Labels;
}

/** Figures of the monitor that are shown as they are. */
const gauges: readonly (readonly [figure: MonitorFigure, name: string, help: string])[] = [
  ["cpu", "lb_backend_cpu_ratio", "Busy part of the server's processors, 0 to 1"],
  ["cores", "lb_backend_cpu_cores", "How many processors the server may use"],
  ["ram", "lb_backend_memory_ratio", "Used part of the server's memory, 0 to 1"],
  ["ramBytes", "lb_backend_memory_limit_bytes", "How much memory the server may use"],
  [
    "cpuPressure",
    "lb_backend_cpu_pressure_ratio",
    "Part of the time in which work waited for a processor",
  ],
  [
    "memoryPressure",
    "lb_backend_memory_pressure_ratio",
    "Part of the time in which work waited for memory",
  ],
  [
    "acceptQueue",
    "lb_backend_accept_queue_connections",
    "Connections that the server has yet to accept",
  ],
  [
    "checkPassing",
    "lb_backend_check_passing",
    "1 while the agent's check of the service passes, 0 while it fails",
  ],
  [
    "establishedTcp",
    "lb_backend_established_connections",
    "TCP connections of the server's whole machine",
  ],
  ["linkBps", "lb_backend_link_bytes_per_second", "Speed of the server's link"],
  ["inBps", "lb_backend_in_bytes_per_second", "Bandwidth in use towards the server, smoothed"],
  ["outBps", "lb_backend_out_bytes_per_second", "Bandwidth in use from the server, smoothed"],
  ["share", "lb_backend_share_ratio", "Part of the service's new connections of late, 0 to 1"],
];

/** Figures of the relay workers that go up and down. */
const levels: readonly (readonly [figure: RelayFigure, name: string, help: string])[] = [
  ["active", "lb_backend_connections_open", "Connections to the server, those being made included"],
  ["busy", "lb_backend_connections_busy", "Open connections that are not idle"],
  [
    "awaitingFirstByte",
    "lb_backend_connections_unanswered",
    "Open connections on which the server has sent nothing yet",
  ],
];

/** Figures of the relay workers that only grow. */
const totals: readonly (readonly [figure: RelayFigure, name: string, help: string])[] = [
  ["total", "lb_backend_connections_total", "Connections handed to the server"],
  ["bytesIn", "lb_backend_in_bytes_total", "Bytes relayed to the server"],
  ["bytesOut", "lb_backend_out_bytes_total", "Bytes relayed from the server"],
];

const histograms: readonly (readonly [name: RelayHistogram, name: string, help: string])[] = [
  ["connect", "lb_backend_connect_seconds", "Time that the server took to accept a connection"],
  [
    "firstByte",
    "lb_backend_first_byte_seconds",
    "Time from a client's first byte to the server's first byte",
  ],
  [
    "duration",
    "lb_backend_connection_duration_seconds",
    "How long connections that have ended lasted",
  ],
];

/**
 * What the state table knows of every backend, a family each time that one is asked for; figures that
 * are not known are absent.
 *
 * @param now Monotonic milliseconds.
 */
export function* backendMetrics(table: StateTable, now: number): Generator<MetricFamily> {
  const atFirst = [...table.slots()].map((slot) => rowOf(table, slot));
  // A slot may be given to another backend between two families.
  const rows = () => atFirst.filter(({ slot, tenancy }) => table.tenancy(slot) === tenancy);
  const figures = (value: (slot: number) => number | null) =>
    rows().map(({ slot, labels }): Figure => [labels, value(slot)]);

  yield gauge(
    "lb_backend_info",
    "Always 1; the labels tell where a backend is",
    placesOf(table, rows()),
  );
  yield* stateMetrics(table, rows());
  for (const [figure, name, help] of gauges) {
    yield gauge(name, help, figures((slot) => table.known(figure, slot)));
  }
  yield* timeMetrics(table, now, figures);
  for (const [figure, name, help] of levels) {
    yield gauge(name, help, figures((slot) => table.relaySum(figure, slot)));
  }
  for (const [figure, name, help] of totals) {
    yield counter(name, help, figures((slot) => table.relaySum(figure, slot)));
  }
  yield failureMetric(table, rows());
  for (const [figure, name, help] of histograms) {
    const readings = rows().map(({ slot, labels }) =>
      [labels, readingInSeconds(table.relayHistogram(figure, slot))] as const
    );
    yield histogram(name, help, readings);
  }
}

function rowOf(table: StateTable, slot: number): Row {
  return { slot, tenancy: table.tenancy(slot), labels: labelsOf(table, slot) };
}

function timeMetrics(
  table: StateTable,
  now: number,
  figures: (value: (slot: number) => number | null) => Figure[],
): MetricFamily[] {
  return [
    gauge(
      "lb_backend_rtt_seconds",
      "Round-trip time between front end and server, smoothed",
      figures((slot) => inSeconds(table.known("rttMs", slot))),
    ),
    gauge(
      "lb_backend_report_age_seconds",
      "Age of what the server's agent reported last",
      figures((slot) => inSeconds(ageOf(table.known("reportedAt", slot), now))),
    ),
  ];
}

function labelsOf(table: StateTable, slot: number): Labels {
  return { service: table.text("service", slot), backend: table.idOf(slot) };
}

function placesOf(table: StateTable, rows: readonly Row[]): Figure[] {
  return rows.map(({ slot, labels }) => {
    const [address, port] = [table.addressOf(slot), String(table.portOf(slot))];
    return [labels, 1, { address, port, agent_version: table.text("agentVersion", slot) }];
  });
}

function stateMetrics(table: StateTable, rows: readonly Row[]): MetricFamily[] {
  const states = rows.map(({ slot, labels }) => [labels, table.stateOf(slot)] as const);
  const up = states.map(([labels, state]): Figure => [labels, state === "up" ? 1 : 0]);
  return [
    gauge("lb_backend_up", "1 while the backend is up, 0 in every other state", up),
    gauge(
      "lb_backend_state",
      "1 for the state that the backend is in, 0 for the others",
      oneOf("state", backendStates, states),
    ),
  ];
}

function failureMetric(table: StateTable, rows: readonly Row[]): MetricFamily {
  const reasons = Object.entries(failureFigures);
  const figures = rows.flatMap(({ slot, labels }) =>
    reasons.map(([reason, figure]): Figure => [
      labels,
      table.relaySum(figure, slot),
      { reason },
    ])
  );
  return counter(
    "lb_backend_connection_failures_total",
    "Attempts that did not get through to the server, by reason",
    figures,
  );
}

function ageOf(reportedAt: number | null, now: number): number | null {
  return reportedAt === null ? null : Math.max(0, now - reportedAt);
}
