import type { Score } from "./comparison.ts";

/** Milliseconds for people. */
export function milliseconds(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

/** A part of a whole for people; empty where there is none. */
export function percent(part: number | null): string {
  return part === null ? "" : `${Math.round(100 * part)}%`;
}

/** The 99th percentile, and in brackets the least and the greatest of the seeds. */
export function spread({ p99, p99BySeed }: Score): string {
  const [least, greatest] = [p99BySeed[0] ?? NaN, p99BySeed.at(-1) ?? NaN];
  return `${milliseconds(p99)} (${milliseconds(least)}–${milliseconds(greatest)})`;
}

/** A table, its first column text and the others figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = line(head.map((_, at) => at === 0 ? "---" : "---:"));
  return [line(head), rule, ...rows.map(line)].join("\n");
}
