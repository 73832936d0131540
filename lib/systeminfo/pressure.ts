/**
 * Reads a file of `/proc/pressure` or a cgroup's `*.pressure`: the part of the last ten seconds in
 * which at least one task waited for the resource (Linux, Documentation/accounting/psi.rst).
 *
 * @returns 0 to 1; null where the text does not say.
 *
 * @example
 * ```ts
 * import { parsePressure } from "./pressure.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parsePressure("some avg10=12.50 avg60=1.26 avg300=0.51 total=9421264\n"), 0.125);
 * ```
 */
export function parsePressure(text: string): number | null {
  const percent = /^some avg10=(\d+(?:\.\d+)?) /m.exec(text)?.[1];
  return percent === undefined ? null : Math.min(Number(percent) / 100, 1);
}
