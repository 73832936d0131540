import { type RefusalReason, refusalReasons } from "../protocol/refusal.ts";
import { byWord, counter, type MetricFamily } from "./metric_family.ts";

/** How many datagrams were refused for each reason; those for which none was are 0. */
export function refusalMetric(
  name: string,
  refusals: readonly { readonly reason: RefusalReason; readonly count: number }[],
): MetricFamily {
  const counts = new Map(refusals.map(({ reason, count }) => [reason, count]));
  return counter(
    name,
    "Datagrams that were not used, by reason",
    byWord("reason", refusalReasons, (reason) => counts.get(reason)),
  );
}
