import type { HistogramReading } from "../../lib/metrics/metric_family.ts";

/** Milliseconds, as everything here has them, in Prometheus's base unit; null stays null. */
export function inSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

/** A histogram of milliseconds as one of seconds. */
export function readingInSeconds({ bounds, counts, sum }: HistogramReading): HistogramReading {
  return { bounds: bounds.map((bound) => bound / 1000), counts, sum: sum / 1000 };
}
