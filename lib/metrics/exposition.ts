// Only the part that words a registry: the package's index loads clusters, gateways and tracing too.
import Registry from "prom-client/lib/registry.js";
import type { MetricFamily } from "./metric_family.ts";

/** The media type of {@linkcode exposition}'s text. */
export const expositionType = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Words families of metrics for a scraper, in Prometheus's text format 0.0.4.
 *
 * @param families Taken one by one, as they are needed.
 * @param pause Lets other work go on; called after each family, as many servers take long to word.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { exposition } from "./exposition.ts";
 * import { gauge } from "./metric_family.ts";
 *
 * const text = await exposition([gauge("lb_up", "Whether it is up", [[{ service: '"' }, 1]])]);
 * assertEquals(text.split("\n").slice(0, 3), [
 *   "# HELP lb_up Whether it is up",
 *   "# TYPE lb_up gauge",
 *   'lb_up{service="\\""} 1',
 * ]);
 * ```
 */
export async function exposition(
  families: Iterable<MetricFamily>,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  const texts: string[] = [];
  for (const family of families) {
    const registry = new Registry();
    registry.registerMetric({ name: family.name, get: () => Promise.resolve(family) });
    texts.push(await registry.metrics());
    await pause();
  }
  return texts.join("\n");
}
