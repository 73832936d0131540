import type { Program } from "../config/variables.ts";
import { type RefusedReason, refusedReasons } from "../http/refused_reason.ts";
import { byWord, counter, type Figure, gauge, type MetricFamily } from "./metric_family.ts";
import type { ProcessFigures } from "./process_figures.ts";
import { processMetrics } from "./process_metrics.ts";

/** What both programs say of themselves. */
export interface ProgramFigures {
  readonly program: Program;
  readonly version: string;
  /** The version of Deno. */
  readonly runtime: string;
  /** Whether `LB_KEY` is set. */
  readonly authenticated: boolean;
  readonly process: ProcessFigures;
  /** How many clients of the HTTP server were not served, by the reason. */
  readonly httpRefused: ReadonlyMap<RefusedReason, number>;
}

/** Which program this is, whether it has a key, and what its process uses. */
export function programMetrics(figures: ProgramFigures): MetricFamily[] {
  const { program, version, runtime, authenticated } = figures;
  const build: Figure = [{ program, version, deno: runtime }, 1];
  return [
    gauge("lb_build_info", "Always 1; the labels tell the program and its versions", [build]),
    gauge(
      "lb_authenticated",
      "1 where LB_KEY is set, 0 while the published default key signs",
      [[{}, authenticated ? 1 : 0]],
    ),
    counter(
      "lb_http_clients_refused_total",
      "Clients of this server that were not served, by reason",
      byWord("reason", refusedReasons, (reason) => figures.httpRefused.get(reason)),
    ),
    ...processMetrics(figures.process),
  ];
}
