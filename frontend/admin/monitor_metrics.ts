import { counter, type Figure, gauge, type MetricFamily } from "../../lib/metrics/metric_family.ts";
import { refusalMetric } from "../../lib/metrics/refusal_metric.ts";
import type { RefusalReason } from "../../lib/protocol/refusal.ts";
import type { LeftOutReason } from "../table/left_out_services.ts";
import type { PassingCounts } from "../monitor/probe_passing.ts";
import type { ProbingCounts } from "../monitor/probing_counts.ts";

/** What is known of probing. */
export interface MonitorFigures {
  readonly counts: Readonly<ProbingCounts>;
  /** Datagrams that were refused. */
  readonly refusals: readonly { readonly reason: RefusalReason; readonly count: number }[];
  /** Services that were left out of the table, each time that one was offered. */
  readonly leftOut: readonly { readonly reason: LeftOutReason; readonly count: number }[];
  /** How many interfaces are probed on. */
  readonly interfaces: number;
  /** How many agents are known, and how many of them share their id with another machine. */
  readonly agents: number;
  readonly duplicated: number;
  /** Datagrams that the kernel refused. */
  readonly filtered: number;
  /** Own addresses at which another program is bound to our port. */
  readonly shared: number;
  readonly passed: Readonly<PassingCounts>;
}

/** What was sent to the agents, and what came of it. */
export function monitorMetrics(figures: MonitorFigures): MetricFamily[] {
  const { counts, refusals, leftOut, interfaces, agents, duplicated } = figures;
  const { filtered, shared, passed } = figures;
  const one = (value: number): Figure[] => [[{}, value]];
  return [
    gauge("lb_monitor_interfaces", "Network interfaces that are probed on", one(interfaces)),
    gauge("lb_monitor_agents", "Agents that are known", one(agents)),
    gauge(
      "lb_monitor_agents_duplicated",
      "Agents that share their identity with another machine's",
      one(duplicated),
    ),
    counter("lb_monitor_rounds_total", "Rounds of probing", one(counts.rounds)),
    counter(
      "lb_monitor_rounds_held_up_total",
      "Rounds in which this machine was held up, so that silence did not count",
      one(counts.heldUp),
    ),
    counter(
      "lb_monitor_rounds_lossy_total",
      "Rounds in which the kernel threw datagrams of ours away, so that silence seldom counted",
      one(counts.lossy),
    ),
    counter("lb_monitor_probes_sent_total", "Probes that were sent", one(counts.probesSent)),
    counter(
      "lb_monitor_probes_failed_total",
      "Probes that could not be sent",
      one(counts.probesFailed),
    ),
    counter("lb_monitor_reports_total", "Genuine reports of agents, by kind", [
      [{ kind: "answer" }, counts.answers],
      [{ kind: "announcement" }, counts.announcements],
      [{ kind: "repeated" }, counts.repeats],
      [{ kind: "aside" }, counts.aside],
    ]),
    counter(
      "lb_monitor_answers_missed_total",
      "Rounds that an agent left unanswered, for all agents together",
      one(counts.missed),
    ),
    counter(
      "lb_monitor_datagrams_lost_total",
      "Datagrams that the kernel threw away because they were not read in time",
      one(counts.lostDatagrams),
    ),
    counter(
      "lb_monitor_datagrams_filtered_total",
      "Datagrams that the kernel refused, as they are no messages for a front end",
      one(filtered),
    ),
    gauge(
      "lb_monitor_addresses_shared",
      "Own addresses at which another program may take the answers of agents",
      one(shared),
    ),
    counter("lb_monitor_passed_on_total", "What was passed on for the agent of this machine", [
      [{ kind: "probe" }, passed.probes],
      [{ kind: "report" }, passed.reports],
      [{ kind: "left-out" }, passed.leftOut],
    ]),
    refusalMetric("lb_monitor_datagrams_refused_total", refusals),
    counter(
      "lb_monitor_services_left_out_total",
      "Services of genuine reports that were left out of the table, by reason",
      leftOut.map(({ reason, count }) => [{ reason }, count]),
    ),
  ];
}
