/** How much a set of processors has worked, as two counters in the same unit. */
export interface CpuWork {
  /** Spent working, since some fixed moment. */
  readonly busy: number;
  /** What could have been spent, since the same moment. */
  readonly total: number;
}

/** What `/proc/stat` says of the processors, in clock ticks since the machine's start. */
export interface ProcStat {
  /** All processors together, those that are offline now included. */
  readonly all: CpuWork;
  /** By number, each processor that is online. */
  readonly cpus: ReadonlyMap<number, CpuWork>;
}

/**
 * Adds up the columns of a line. Time stolen by the hypervisor counts as busy, because a guest
 * that is denied its processor cannot serve with it; guest time is already contained in `user`.
 */
function workOf(columns: readonly string[]): CpuWork | null {
  const ticks = columns.map(Number);
  if (ticks.length < 4 || !ticks.every(Number.isFinite)) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] =
    ticks;
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, total: busy + idle + iowait };
}

/**
 * Reads the processors' lines of `/proc/stat` (Linux, Documentation/filesystems/proc.rst, section
 * 1.7; fs/proc/stat.c).
 *
 * @returns the counters; null where the line of all processors is missing or malformed.
 *
 * @example
 * ```ts
 * import { parseProcStat } from "./proc_stat.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const stat = parseProcStat("cpu  60 0 40 300 100 0 0 0 0 0\ncpu0 60 0 40 300 100 0 0 0 0 0\n");
 * assertEquals(stat?.all, { busy: 100, total: 500 });
 * assertEquals(stat?.cpus.size, 1);
 * ```
 */
export function parseProcStat(text: string): ProcStat | null {
  let all: CpuWork | null = null;
  const cpus = new Map<number, CpuWork>();
  for (const line of text.split("\n")) {
    // The processors stand first; the long lines of interrupts behind them are of no use here.
    const label = /^cpu(\d*) +/.exec(line);
    if (label === null) break;
    const work = workOf(line.slice(label[0].length).trim().split(/ +/));
    if (work === null) continue;
    if (label[1] === "") all = work;
    else cpus.set(Number(label[1]), work);
  }
  return all === null ? null : { all, cpus };
}

/**
 * Adds up the work of some processors.
 *
 * @returns the sum; null where one of them is not online.
 */
export function workOfCpus(stat: ProcStat, cpus: readonly number[]): CpuWork | null {
  let busy = 0;
  let total = 0;
  for (const cpu of cpus) {
    const work = stat.cpus.get(cpu);
    if (work === undefined) return null;
    busy += work.busy;
    total += work.total;
  }
  return { busy, total };
}

/**
 * The busy part of the time between two readings, 0 to 1.
 *
 * @returns the fraction; null where a counter went backwards or no time passed. More work than
 * time, which the kernel's rounding and quota bursts make possible, is 1.
 *
 * @example
 * ```ts
 * import { busyFraction } from "./proc_stat.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(busyFraction({ busy: 100, total: 500 }, { busy: 150, total: 700 }), 0.25);
 * assertEquals(busyFraction({ busy: 100, total: 500 }, { busy: 100, total: 500 }), null);
 * ```
 */
export function busyFraction(before: CpuWork, after: CpuWork): number | null {
  const busy = after.busy - before.busy;
  const total = after.total - before.total;
  if (!(total > 0) || !(busy >= 0)) return null;
  return Math.min(busy / total, 1);
}
