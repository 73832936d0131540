/** Which of a family's figures a sample is, by its labels. */
export type Labels = Readonly<Record<string, string>>;

/** One figure of a family. */
export interface Sample {
  /** The family's name, for a histogram with the suffix of one of its parts. */
  readonly metricName: string;
  /** Labels of many samples: an object that they share is worded once only. */
  readonly sharedLabels: Labels;
  /** Labels of this sample alone. */
  readonly labels: Labels;
  readonly value: number;
}

/** What a scraper is told under one name (Prometheus, "Exposition formats"). */
export interface MetricFamily {
  readonly name: string;
  /** One sentence without its full stop. */
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly values: readonly Sample[];
}

/**
 * A figure and its labels, those first that it shares with others; one that is null is not known, and
 * left out.
 */
export type Figure = readonly [sharedLabels: Labels, value: number | null, labels?: Labels];

/** How often something took how long, or was how much. */
export interface HistogramReading {
  /** The upper bounds of the buckets, rising. */
  readonly bounds: readonly number[];
  /** How many values each bucket holds, and last those above all bounds. */
  readonly counts: readonly number[];
  /** All values together. */
  readonly sum: number;
}

/**
 * A figure that only grows, as long as the program runs.
 *
 * @param name Ends in `_total`.
 */
export function counter(name: string, help: string, figures: Iterable<Figure>): MetricFamily {
  return { name, help, type: "counter", values: samples(name, figures) };
}

/**
 * A figure that goes up and down.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gauge } from "./metric_family.ts";
 *
 * const family = gauge("lb_cpu_ratio", "Busy part", [[{ at: "a" }, 0.5], [{ at: "b" }, null]]);
 * assertEquals(family.values, [
 *   { metricName: "lb_cpu_ratio", sharedLabels: { at: "a" }, labels: {}, value: 0.5 },
 * ]);
 * ```
 */
export function gauge(name: string, help: string, figures: Iterable<Figure>): MetricFamily {
  return { name, help, type: "gauge", values: samples(name, figures) };
}

/** Histograms whose buckets have been counted already; in the exposition each holds those below it. */
export function histogram(
  name: string,
  help: string,
  readings: Iterable<readonly [labels: Labels, reading: HistogramReading]>,
): MetricFamily {
  const values = [...readings].flatMap(([labels, reading]) => buckets(name, labels, reading));
  return { name, help, type: "histogram", values };
}

/**
 * Which one of several words holds: a figure for each word, 1 for the one that does, else 0.
 *
 * @param label What the word is called.
 */
export function oneOf<Word extends string>(
  label: string,
  words: readonly Word[],
  rows: Iterable<readonly [labels: Labels, word: Word]>,
): Figure[] {
  return [...rows].flatMap(([labels, current]) =>
    words.map((word): Figure => [labels, word === current ? 1 : 0, { [label]: word }])
  );
}

/** What is counted under each of several words; 0 where nothing was. */
export function byWord<Word extends string>(
  label: string,
  words: readonly Word[],
  count: (word: Word) => number | undefined,
): Figure[] {
  return words.map((word) => [{ [label]: word }, count(word) ?? 0]);
}

function samples(metricName: string, figures: Iterable<Figure>): Sample[] {
  return [...figures].flatMap(([sharedLabels, value, labels = {}]) =>
    value === null || Number.isNaN(value) ? [] : [{ metricName, sharedLabels, labels, value }]
  );
}

function buckets(
  name: string,
  sharedLabels: Labels,
  { bounds, counts, sum }: HistogramReading,
): Sample[] {
  let below = 0;
  const sample = (part: string, value: number, labels: Labels = {}): Sample => {
    return { metricName: `${name}_${part}`, sharedLabels, labels, value };
  };
  const values = counts.map((count, at) => {
    below += count;
    return sample("bucket", below, { le: at < bounds.length ? String(bounds[at]) : "+Inf" });
  });
  return [...values, sample("sum", sum), sample("count", below)];
}
