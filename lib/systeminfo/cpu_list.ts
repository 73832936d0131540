/** More processors than any kernel is built for; a longer list is not a list of processors. */
const mostCpus = 65_536;

/**
 * Reads the kernel's list format for processors, `0-3,8` (Linux,
 * Documentation/admin-guide/cputopology.rst; lib/bitmap-str.c, bitmap_parselist).
 *
 * @returns the numbers in the order of the text; null for an empty or malformed list.
 *
 * @example
 * ```ts
 * import { parseCpuList } from "./cpu_list.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseCpuList("0-2,8\n"), [0, 1, 2, 8]);
 * ```
 */
export function parseCpuList(text: string): number[] | null {
  const cpus: number[] = [];
  for (const part of text.trim().split(",")) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (range === null) return null;
    const first = Number(range[1]);
    const last = Number(range[2] ?? first);
    if (last < first || last >= mostCpus) return null;
    for (let cpu = first; cpu <= last; cpu++) cpus.push(cpu);
  }
  return cpus;
}
