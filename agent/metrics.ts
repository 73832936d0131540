import { isFailing } from "../lib/protocol/check_outcome.ts";
import { counter, type Figure, gauge, type MetricFamily } from "../lib/metrics/metric_family.ts";
import { type ProgramFigures, programMetrics } from "../lib/metrics/program_metrics.ts";
import { refusalMetric } from "../lib/metrics/refusal_metric.ts";
import type { AgentStatus, ServiceStatus } from "./status.ts";

/** The metrics of an agent; figures that are not known are absent. */
export function agentMetrics(
  status: AgentStatus,
  own: Pick<ProgramFigures, "runtime" | "process" | "httpRefused">,
): MetricFamily[] {
  const { version, authenticated } = status;
  return [
    ...programMetrics({ program: "lb-agent", version, authenticated, ...own }),
    ...probeMetrics(status),
    ...loadMetrics(status),
    ...serviceMetrics(status),
  ];
}

function probeMetrics({ monitors, interfaces, answered, overloaded, ...status }: AgentStatus) {
  const live = monitors.filter((monitor) => monitor.live).length;
  return [
    gauge("lb_agent_interfaces", "Network interfaces that hear the group", one(interfaces.length)),
    gauge("lb_agent_frontends", "Front ends that probe this agent", one(live)),
    gauge(
      "lb_agent_draining",
      "1 while this machine asks for no new connections, else 0",
      one(status.draining ? 1 : 0),
    ),
    counter("lb_agent_probes_answered_total", "Probes that were answered", one(answered)),
    counter(
      "lb_agent_probes_left_out_total",
      "Probes that went unanswered because too many answers were waiting",
      one(overloaded),
    ),
    counter(
      "lb_agent_datagrams_dropped_total",
      "Datagrams that came faster than they could be read",
      one(status.dropped),
    ),
    counter(
      "lb_agent_datagrams_filtered_total",
      "Datagrams that the kernel refused, as they are no messages for an agent",
      one(status.filtered),
    ),
    refusalMetric("lb_agent_datagrams_refused_total", status.refusals),
  ];
}

function loadMetrics({ cpu, ram, pressure, establishedTcp }: AgentStatus): MetricFamily[] {
  const under = (resource: string, ratio: number | null): Figure => [{ resource }, ratio];
  return [
    gauge("lb_agent_cpu_ratio", "Busy part of the processors, 0 to 1", one(cpu && cpu.busy)),
    gauge("lb_agent_cpu_cores", "How many processors may be used", one(cpu && cpu.cores)),
    gauge("lb_agent_memory_ratio", "Used part of the memory, 0 to 1", one(ram && ram.used)),
    gauge(
      "lb_agent_memory_limit_bytes",
      "How much memory may be used",
      one(ram && ram.totalBytes),
    ),
    gauge(
      "lb_agent_pressure_ratio",
      "Part of the time in which work waited for a resource",
      pressure === null ? [] : [
        under("cpu", pressure.cpu),
        under("memory", pressure.memory),
        under("io", pressure.io),
      ],
    ),
    gauge(
      "lb_agent_established_connections",
      "TCP connections of the whole machine",
      one(establishedTcp),
    ),
  ];
}

function serviceMetrics({ services }: AgentStatus): MetricFamily[] {
  const each = (value: (service: ServiceStatus) => number | null): Figure[] =>
    services.map((service) => [labelsOf(service), value(service)]);
  return [
    gauge(
      "lb_agent_service_listening",
      "1 while the service listens, 0 while it does not",
      each(({ listening }) => listening === null ? null : Number(listening)),
    ),
    gauge(
      "lb_agent_service_accept_queue_connections",
      "Connections that the service has yet to accept",
      each(({ acceptQueue }) => acceptQueue),
    ),
    gauge(
      "lb_agent_service_check_passing",
      "1 while the check of the service passes, 0 while it fails",
      each(({ check }) =>
        check === null || check.kind === "pending" ? null : Number(!isFailing(check))
      ),
    ),
  ];
}

function labelsOf({ name, port, backend }: ServiceStatus) {
  return { service: name, backend, port: String(port) };
}

function one(value: number | null): Figure[] {
  return [[{}, value]];
}
