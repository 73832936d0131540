import { counter, type Figure, gauge, type MetricFamily } from "./metric_family.ts";
import type { ProcessFigures } from "./process_figures.ts";

/** What a process uses of its machine, under the names that Prometheus's own clients use. */
export function processMetrics(figures: ProcessFigures): MetricFamily[] {
  const one = (value: number | null): Figure[] => [[{}, value]];
  return [
    gauge(
      "lb_process_start_time_seconds",
      "When the process started, in seconds since 1970",
      one(figures.startedAt),
    ),
    counter(
      "lb_process_cpu_seconds_total",
      "Processor time used by all threads",
      one(figures.cpuSeconds),
    ),
    gauge("lb_process_threads", "Threads of the process", one(figures.threads)),
    gauge("lb_process_resident_memory_bytes", "Memory in use", one(figures.residentBytes)),
    gauge("lb_process_virtual_memory_bytes", "Address space in use", one(figures.virtualBytes)),
    gauge("lb_process_open_fds", "Open files and sockets", one(figures.openFiles)),
    gauge(
      "lb_process_max_fds",
      "How many files and sockets may be open",
      one(figures.fileLimit),
    ),
  ];
}
