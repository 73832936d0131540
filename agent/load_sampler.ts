import {
  bindingCpuLimit,
  busyFraction,
  type CgroupLimits,
  type CpuQuota,
  type CpuSet,
  type CpuWork,
  findCgroupLimits,
  parseEstablishedTcp,
  parseMeminfo,
  parsePressure,
  parseProcStat,
  readCpuUsage,
  readMemoryUse,
  type ReadText,
  usedFraction,
  workOfCpus,
} from "deno-systeminfo-free";
import type { CpuLoad, LoadSource, Pressure, RamLoad } from "../lib/protocol/messages.ts";

/** How busy this machine (or its container) is; absent figures are null. */
export interface LoadSample {
  readonly cpu: CpuLoad | null;
  readonly ram: RamLoad | null;
  readonly pressure: Pressure | null;
  /** Established TCP connections. */
  readonly establishedTcp: number | null;
}

/** The sampler's times, in milliseconds. */
export interface LoadSamplerOptions {
  /**
   * The shortest time over which the processor is measured: the kernel counts in ticks of 10 ms,
   * so a shorter one would be mostly noise. Default: 500.
   */
  readonly shortestWindowMs?: number;
  /** A sample younger than this is given again. Default: 100. */
  readonly reuseMs?: number;
  /** How often the limits are looked for anew. Default: 30,000. */
  readonly limitsMs?: number;
  /** The same while a figure cannot be read, as after a move to another cgroup. Default: 5,000. */
  readonly limitsRetryMs?: number;
}

const defaultOptions: Required<LoadSamplerOptions> = {
  shortestWindowMs: 500,
  reuseMs: 100,
  limitsMs: 30_000,
  limitsRetryMs: 5_000,
};

/** A reading of the processor's counters. */
interface CpuReading {
  readonly work: CpuWork;
  /** The limit under which it was read; readings under different ones cannot be compared. */
  readonly limit: CpuQuota | CpuSet | null;
  readonly cores: number;
  readonly source: LoadSource;
}

function readPressure(read: ReadText): Pressure | null {
  const of = (resource: string) => parsePressure(read(`/proc/pressure/${resource}`) ?? "");
  const cpu = of("cpu");
  const memory = of("memory");
  const io = of("io");
  return cpu === null || memory === null || io === null ? null : { cpu, memory, io };
}

function readMemory(limits: CgroupLimits, read: ReadText): RamLoad | null {
  const machine = parseMeminfo(read("/proc/meminfo") ?? "");
  const limit = limits.memory;
  if (limit !== null && limit.bytes < (machine?.totalBytes ?? Infinity)) {
    const used = readMemoryUse(limit, read);
    return used === null ? null : { used, totalBytes: limit.bytes, source: limit.source };
  }
  return machine &&
    { used: usedFraction(machine), totalBytes: machine.totalBytes, source: "machine" };
}

/** Under a quota the capacity, in microseconds, grows with time by the quota's cores. */
function readQuota(limit: CpuQuota, nowMs: number, read: ReadText): CpuReading | null {
  const busy = readCpuUsage(limit, read);
  const { cores, source } = limit;
  const total = nowMs * 1000 * cores;
  return busy === null ? null : { work: { busy, total }, limit, cores, source };
}

function isQuota(limit: CpuQuota | CpuSet): limit is CpuQuota {
  return "cores" in limit;
}

function isSameLimit(one: CpuQuota | CpuSet | null, other: CpuQuota | CpuSet | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function readCpu(limits: CgroupLimits, nowMs: number, read: ReadText): CpuReading | null {
  const stat = parseProcStat(read("/proc/stat") ?? "");
  if (stat === null) return null;
  const limit = bindingCpuLimit(limits, [...stat.cpus.keys()]);
  if (limit === null) return { work: stat.all, limit, cores: stat.cpus.size, source: "machine" };
  if (isQuota(limit)) return readQuota(limit, nowMs, read);
  const work = workOfCpus(stat, limit.cpus);
  return work && { work, limit, cores: limit.cpus.length, source: limit.source };
}

/**
 * Measures how busy this machine is, or what its container or unit may use of it.
 *
 * Under a limit of processor time, the processor's load is the use of the cgroup that carries the
 * limit, measured by the limit. Under a limit to some processors it is how busy these processors
 * are, whoever keeps them so, because work has to wait for them all the same. Limits of the
 * processor and of the memory are found independently of each other.
 *
 * The processor's load is measured since the newest reading that is old enough, so that samples
 * may be asked for at any moment: on a timer and for each probe. Until there is such a reading it
 * is unknown.
 *
 * @example
 * ```ts
 * import { LoadSampler } from "./load_sampler.ts";
 * import { assertEquals } from "@std/assert";
 *
 * let stat = "cpu  100 0 0 900 0 0 0 0 0 0\ncpu0 100 0 0 900 0 0 0 0 0 0\n";
 * const sampler = new LoadSampler((path) => path === "/proc/stat" ? stat : null);
 * assertEquals(sampler.sample(0).cpu, null);
 * stat = "cpu  130 0 0 970 0 0 0 0 0 0\ncpu0 130 0 0 970 0 0 0 0 0 0\n";
 * assertEquals(sampler.sample(1000).cpu, { busy: 0.3, cores: 1, source: "machine" });
 * ```
 */
export class LoadSampler {
  readonly #read: ReadText;
  readonly #options: Required<LoadSamplerOptions>;
  #limits: { readonly foundAt: number; readonly value: CgroupLimits } | null = null;
  #last: { readonly at: number; readonly sample: LoadSample } | null = null;
  /** The processor's readings, oldest first. */
  #readings: { readonly at: number; readonly cpu: CpuReading }[] = [];

  /**
   * @param read Reads the files of /proc and of the cgroup file systems.
   * @param options Other times than the default ones.
   */
  constructor(read: ReadText, options: LoadSamplerOptions = {}) {
    this.#read = read;
    this.#options = { ...defaultOptions, ...options };
  }

  /**
   * Takes a sample, or gives the last one again where that is young.
   *
   * @param nowMs Monotonic time in milliseconds.
   * @param reuseMs A sample younger than this is given again; by default as the options have it.
   */
  sample(nowMs: number, reuseMs: number = this.#options.reuseMs): LoadSample {
    if (this.#last !== null && nowMs - this.#last.at < reuseMs) {
      return this.#last.sample;
    }
    const sample = this.#take(nowMs);
    this.#last = { at: nowMs, sample };
    return sample;
  }

  #take(nowMs: number): LoadSample {
    const { limitsMs, limitsRetryMs } = this.#options;
    let { cpu, ram } = this.#readUnder(this.#limitsAt(nowMs, limitsMs), nowMs);
    if (cpu === null || ram === null) {
      ({ cpu, ram } = this.#readUnder(this.#limitsAt(nowMs, limitsRetryMs), nowMs));
    }
    return {
      cpu: cpu === null ? null : this.#measure(cpu, nowMs),
      ram,
      pressure: readPressure(this.#read),
      establishedTcp: parseEstablishedTcp(this.#read("/proc/net/snmp") ?? ""),
    };
  }

  #limitsAt(nowMs: number, lifetimeMs: number): CgroupLimits {
    if (this.#limits === null || nowMs - this.#limits.foundAt >= lifetimeMs) {
      this.#limits = { foundAt: nowMs, value: findCgroupLimits(this.#read) };
    }
    return this.#limits.value;
  }

  #readUnder(limits: CgroupLimits, nowMs: number) {
    return { cpu: readCpu(limits, nowMs, this.#read), ram: readMemory(limits, this.#read) };
  }

  #measure(cpu: CpuReading, nowMs: number): CpuLoad | null {
    const last = this.#readings.at(-1);
    if (last !== undefined && !isSameLimit(last.cpu.limit, cpu.limit)) this.#readings = [];
    const before = this.#newestOldEnough(nowMs);
    this.#readings.push({ at: nowMs, cpu });
    const busy = before && busyFraction(before.work, cpu.work);
    return busy === null ? null : { busy, cores: cpu.cores, source: cpu.source };
  }

  /** Forgets, as well, the readings that are older than the one it finds. */
  #newestOldEnough(nowMs: number): CpuReading | null {
    const { shortestWindowMs } = this.#options;
    const index = this.#readings.findLastIndex(({ at }) => nowMs - at >= shortestWindowMs);
    if (index > 0) this.#readings.splice(0, index);
    return index < 0 ? null : this.#readings[0]?.cpu ?? null;
  }
}
