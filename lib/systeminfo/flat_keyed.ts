import { parseWholeNumber } from "./whole_number.ts";

/**
 * Finds one figure of a "flat keyed" file: a `KEY VALUE` pair on each line, as in `memory.stat`
 * and `cpu.stat` (Linux, Documentation/admin-guide/cgroup-v2.rst, section Format).
 *
 * @returns the figure; null where the key is missing or its value is no whole number.
 *
 * @example
 * ```ts
 * import { flatKeyed } from "./flat_keyed.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(flatKeyed("usage_usec 1500\nuser_usec 900\n", "usage_usec"), 1500);
 * ```
 */
export function flatKeyed(text: string, key: string): number | null {
  const prefix = `${key} `;
  for (const line of text.split("\n")) {
    if (line.startsWith(prefix)) return parseWholeNumber(line.slice(prefix.length));
  }
  return null;
}
