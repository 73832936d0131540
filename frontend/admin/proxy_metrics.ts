import {
  byWord,
  counter,
  type Figure,
  gauge,
  histogram,
  type HistogramReading,
  type MetricFamily,
} from "../../lib/metrics/metric_family.ts";
import type { ReplacedProcess } from "../replaced/replaced_processes.ts";
import { cutCauses, type CutCounts } from "../table/cuts.ts";
import type { StateTable, WorkerFigure } from "../table/state_table.ts";
import { inSeconds, readingInSeconds } from "./in_seconds.ts";

/** What is known of the threads. */
export interface ProxyFigures {
  readonly table: StateTable;
  /** Monotonic milliseconds. */
  readonly now: number;
  /** How many connections may be open at once. */
  readonly maxConnections: number;
  /** How many connections a server may have; null where there is no such limit. */
  readonly maxPerServer: number | null;
  /** How many connections a client may have; null where there is no such limit. */
  readonly maxPerClient: number | null;
  /** Connections that the front end itself ended. */
  readonly cuts: CutCounts;
  /** Processes that reloads have replaced and in which connections go on. */
  readonly replaced: readonly ReplacedProcess[];
  /** How often each relay worker was replaced. */
  readonly restarts: readonly number[];
  /** How late the main thread's event loop was, in milliseconds. */
  readonly mainLoopDelay: HistogramReading;
}

/** What clients meet: connections, all in all and by relay worker, and how the threads keep up. */
export function proxyMetrics(figures: ProxyFigures): MetricFamily[] {
  return [
    ...clientMetrics(figures),
    ...replacedMetrics(figures),
    ...workerMetrics(figures),
    loopDelayMetric(figures),
  ];
}

function replacedMetrics({ replaced }: ProxyFigures): MetricFamily[] {
  const each = (value: (one: ReplacedProcess) => number) =>
    replaced.map((one): Figure => [{ pid: String(one.pid) }, value(one)]);
  return [
    gauge(
      "lb_replaced_processes",
      "Processes that reloads have replaced and in which connections go on",
      [[{}, replaced.length]],
    ),
    gauge(
      "lb_replaced_process_connections_open",
      "Clients that are being served in a process that a reload replaced",
      each(({ open }) => open),
    ),
    gauge(
      "lb_replaced_process_age_seconds",
      "How long ago a process was replaced in which connections go on",
      each(({ sinceSeconds }) => sinceSeconds),
    ),
  ];
}

function clientMetrics(
  { table, maxConnections, maxPerServer, maxPerClient, cuts }: ProxyFigures,
): MetricFamily[] {
  const sum = (figure: WorkerFigure): Figure[] => [[{}, table.workerSum(figure)]];
  return [
    counter(
      "lb_connections_accepted_total",
      "Connections accepted from clients",
      sum("accepted"),
    ),
    counter(
      "lb_connections_vanished_total",
      "Clients that had reset their connection before it was accepted, as port scans do",
      sum("vanished"),
    ),
    gauge("lb_connections_open", "Clients that are being served", sum("open")),
    gauge("lb_connections_limit", "How many clients are served at once", [[{}, maxConnections]]),
    gauge("lb_connections_per_server_limit", "How many connections a server may have", [
      [{}, maxPerServer],
    ]),
    gauge("lb_connections_per_client_limit", "How many connections a client may have", [
      [{}, maxPerClient],
    ]),
    gauge(
      "lb_connections_waiting",
      "Clients that wait until a backend can be chosen or a place is free",
      sum("waiting"),
    ),
    counter(
      "lb_connections_refused_total",
      "Clients that were turned away because no backend could be reached",
      sum("refused"),
    ),
    counter(
      "lb_connections_cut_total",
      "Connections that the front end itself ended, by cause",
      byWord("cause", cutCauses, (cause) => cuts[cause]),
    ),
    counter(
      "lb_connections_client_fault_total",
      "Connections that two servers or more reset before they answered: the client's fault",
      sum("clientFaults"),
    ),
  ];
}

function workerMetrics({ table, now, restarts }: ProxyFigures): MetricFamily[] {
  const each = (value: (worker: number) => number | null) =>
    workersOf(table).map((worker): Figure => [{ worker: String(worker) }, value(worker)]);
  return [
    counter(
      "lb_worker_connections_accepted_total",
      "Connections accepted from clients, by relay worker",
      each((worker) => table.workerFigure("accepted", worker)),
    ),
    gauge(
      "lb_worker_connections_open",
      "Clients that are being served, by relay worker",
      each((worker) => table.workerFigure("open", worker)),
    ),
    gauge(
      "lb_worker_alive_age_seconds",
      "Since when a relay worker has not shown that it is alive; it does every second",
      each((worker) => inSeconds(Math.max(0, now - table.workerFigure("aliveAt", worker)))),
    ),
    counter(
      "lb_worker_restarts_total",
      "How often a relay worker was replaced because it died",
      each((worker) => restarts[worker] ?? 0),
    ),
  ];
}

function loopDelayMetric({ table, mainLoopDelay }: ProxyFigures): MetricFamily {
  const workers = workersOf(table).map((worker) =>
    [{ thread: `worker-${worker}` }, table.workerHistogram("loopDelay", worker)] as const
  );
  const threads = [[{ thread: "main" }, mainLoopDelay] as const, ...workers];
  return histogram(
    "lb_event_loop_delay_seconds",
    "How late a thread came to a timer of 100 ms: how long other work kept it",
    threads.map(([labels, reading]) => [labels, readingInSeconds(reading)] as const),
  );
}

function workersOf({ size }: StateTable): number[] {
  return Array.from({ length: size.workers }, (_, worker) => worker);
}
