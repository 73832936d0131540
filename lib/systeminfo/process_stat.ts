/** What the kernel says of a process. */
export interface ProcessStat {
  /** Processor time that its threads have used, in clock ticks. */
  readonly cpuTicks: number;
  /** How many threads it has. */
  readonly threads: number;
  /** Address space, in bytes. */
  readonly virtualBytes: number;
}

/** Clock ticks per second in what the kernel tells programs (USER_HZ; 100 on all of Deno's machines). */
export const ticksPerSecond = 100;

/**
 * Reads `/proc/PID/stat` (Linux, Documentation/filesystems/proc.rst, table 1-4).
 *
 * @returns null where the text does not say.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseProcessStat } from "./process_stat.ts";
 *
 * const text = "7 (a ) b) S 1 7 7 0 -1 0 0 0 0 0 150 50 0 0 20 0 4 0 900 8192 12 0";
 * assertEquals(parseProcessStat(text), { cpuTicks: 200, threads: 4, virtualBytes: 8192 });
 * ```
 */
export function parseProcessStat(text: string): ProcessStat | null {
  // The name may hold spaces and brackets; the last bracket ends it, and the third field follows.
  const columns = text.slice(text.lastIndexOf(")") + 1).trim().split(" ").map(Number);
  const [user = NaN, system = NaN, threads = NaN, virtualBytes = NaN] = [11, 12, 17, 20]
    .map((at) => columns[at] ?? NaN);
  const figures = { cpuTicks: user + system, threads, virtualBytes };
  return Object.values(figures).every(Number.isFinite) ? figures : null;
}
