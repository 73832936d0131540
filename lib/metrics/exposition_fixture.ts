import { assert, assertEquals } from "@std/assert";

/** A text in Prometheus's format 0.0.4, taken apart: every series with its value. */
export type Series = ReadonlyMap<string, number>;

const comment = /^# (?:HELP|TYPE) [a-z_]+ /;
const sample = /^([a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*\})?) (\S+)$/;

/** Takes metrics apart; fails for a line that is none, and for a series that is there twice. */
export function readExposition(text: string): Series {
  const series = new Map<string, number>();
  for (const line of text.split("\n").filter((line) => line !== "" && !comment.test(line))) {
    const [, name, value] = sample.exec(line) ?? [];
    assert(name !== undefined && value !== undefined, `no sample: ${line}`);
    assert(!series.has(name), `twice: ${name}`);
    series.set(name, value === "+Inf" ? Infinity : Number(value));
    assert(!Number.isNaN(series.get(name)), `no number: ${line}`);
  }
  return series;
}

/** The names of the families in a text. */
export function familiesIn(text: string): string[] {
  return [...text.matchAll(/^# TYPE ([a-z_]+) /gm)].map(([, name = ""]) => name);
}

/** The labels of a series. */
export function labelsOf(series: string): Record<string, string> {
  const pairs = series.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g);
  const unescape = (value: string) => value.replaceAll(/\\(.)/g, (_, c) => c === "n" ? "\n" : c);
  return Object.fromEntries([...pairs].map(([, name, value = ""]) => [name, unescape(value)]));
}

/** Fails where a histogram's buckets do not rise up to its count. */
export function assertHistogramsRise(series: Series): void {
  const lasts = new Map<string, number>();
  for (const [name, value] of series) {
    if (!name.includes("_bucket{")) continue;
    const whose = name.replace(/le="[^"]*",?/, "");
    assert(value >= (lasts.get(whose) ?? 0), `${name} falls`);
    lasts.set(whose, value);
  }
  for (const [whose, last] of lasts) {
    const count = whose.replace("_bucket{", "_count{").replace("{}", "");
    assertEquals(series.get(count), last, count);
  }
}
