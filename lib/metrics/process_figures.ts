import { parseFileLimit, parseProcessStat, readText, ticksPerSecond } from "deno-systeminfo-free";

/** What a process uses of its machine; null where that is not known. */
export interface ProcessFigures {
  /** When it started, in seconds since 1970. */
  readonly startedAt: number;
  /** Processor time of all its threads, in seconds. */
  readonly cpuSeconds: number | null;
  readonly threads: number | null;
  readonly residentBytes: number | null;
  readonly virtualBytes: number | null;
  readonly openFiles: number | null;
  /** How many files it may have open. */
  readonly fileLimit: number | null;
}

/** Reads what this process uses. */
export function readProcessFigures(): ProcessFigures {
  const stat = parseProcessStat(readText("/proc/self/stat") ?? "");
  const limit = parseFileLimit(readText("/proc/self/limits") ?? "");
  return {
    // deno-lint-ignore lb-time/monotonic-time -- Prometheus wants the date; nothing is timed by it.
    startedAt: performance.timeOrigin / 1000,
    cpuSeconds: stat && stat.cpuTicks / ticksPerSecond,
    threads: stat && stat.threads,
    residentBytes: Deno.memoryUsage().rss,
    virtualBytes: stat && stat.virtualBytes,
    openFiles: countOpenFiles(),
    fileLimit: limit && limit.soft,
  };
}

function countOpenFiles(): number | null {
  try {
    return [...Deno.readDirSync("/proc/self/fd")].length;
  } catch {
    return null;
  }
}
