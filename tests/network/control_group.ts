import { type CgroupPlaces, readCgroupPlaces } from "../../lib/systeminfo/cgroup_path.ts";
import { readCpuUsage } from "../../lib/systeminfo/cgroup_limits.ts";
import { readText } from "deno-systeminfo-free";
import { waitFor } from "../wait_for.ts";

/** What the processes of a group may use together; as much as there is, unless it is said. */
export interface ControlGroupLimits {
  /** Processor time per time: 0.25 is a quarter of a processor. */
  readonly cores?: number;
  readonly memoryBytes?: number;
}

/** A command and its arguments. */
export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
}

/** What differs between the kernel's two versions of control groups. */
interface Hierarchies {
  /** The directories that stand for the group. */
  readonly directories: readonly string[];
  readonly cpuUsageFile: string;
  readonly memoryUsageFile: string;
  readonly source: "cgroup-v1" | "cgroup-v2";
  /** Lines of shell that make the hierarchies visible where `/sys` was mounted anew. */
  readonly mounts: readonly string[];
  /** What is to be written to which files. */
  readonly limits: (limits: ControlGroupLimits) => readonly Setting[];
}

/** A file and what is to be written to it. */
type Setting = readonly [path: string, value: string | number];

/** The quota is handed out so often, in microseconds: the usual 100 ms would stall a server for long. */
const usualPeriodMicros = 10_000;
/** The kernel takes no smaller quota. */
const leastQuotaMicros = 1_000;
/** Ten times the usual claim to a busy processor, so that other work on the machine matters little. */
const claim = { shares: 10_240, weight: 1_000 };

/**
 * Accounts for the processor time of a group of processes, and limits it and their memory, as a
 * container's engine does.
 */
export class ControlGroup implements AsyncDisposable {
  readonly #hierarchies: Hierarchies;

  /**
   * Makes the group, without any process.
   *
   * @param name A name that nothing else on this machine has.
   * @throws {Error} where there are no control groups, or this process may not make any.
   */
  constructor(name: string, limits: ControlGroupLimits = {}) {
    this.#hierarchies = hierarchies(name, readCgroupPlaces(readText));
    for (const directory of this.#hierarchies.directories) Deno.mkdirSync(directory);
    for (const [path, value] of this.#hierarchies.limits(limits)) {
      Deno.writeTextFileSync(path, String(value));
    }
  }

  /** A command that joins the group and then becomes the given one, in a network namespace. */
  confine(command: string, args: readonly string[]): CommandLine {
    const { directories, mounts } = this.#hierarchies;
    const joins = directories.map((directory) => `echo $$ >'${directory}/cgroup.procs'`);
    const script = [...mounts, ...joins, 'exec "$@"'].join(" && ");
    return { command: "sh", args: ["-c", script, "sh", command, ...args] };
  }

  /** The processor time that the group has used, in milliseconds. */
  get cpuMs(): number {
    const { source, cpuUsageFile: usageFile } = this.#hierarchies;
    const micros = readCpuUsage({ source, usageFile, cores: 1 }, readText);
    if (micros === null) throw new Error(`Cannot read the processor time: no ${usageFile}`);
    return micros / 1000;
  }

  /** The memory that is charged to the group, in bytes. */
  get memoryBytes(): number {
    return Number(Deno.readTextFileSync(this.#hierarchies.memoryUsageFile));
  }

  /** Removes the group, after its processes have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const directory of this.#hierarchies.directories) {
      // A process that was killed belongs to its group a little longer.
      await waitFor(`the end of the processes in ${directory}`, () => {
        Deno.removeSync(directory);
        return true;
      }, { withinMs: 5_000 });
    }
  }
}

function hierarchies(name: string, { v1, v2 }: CgroupPlaces): Hierarchies {
  const of = (controller: string) => v1.get(controller)?.mountPoint;
  const [cpu, accounting, memory] = [of("cpu"), of("cpuacct"), of("memory")];
  if (cpu !== undefined && accounting !== undefined && memory !== undefined) {
    return version1(name, { cpu, accounting, memory }, mountedControllers(v1));
  }
  if (v2 === null) throw new Error("Cannot make a control group: no hierarchy is mounted");
  return version2(name, v2.mountPoint);
}

/** The controllers of each mounted hierarchy of version 1, by where it is mounted. */
function mountedControllers(v1: CgroupPlaces["v1"]): Map<string, string[]> {
  return Map.groupBy(v1.keys(), (controller) => v1.get(controller)?.mountPoint ?? "");
}

function version1(
  name: string,
  { cpu, accounting, memory }: { cpu: string; accounting: string; memory: string },
  controllers: ReadonlyMap<string, readonly string[]>,
): Hierarchies {
  const mountPoints = [...new Set([cpu, accounting, memory])];
  return {
    source: "cgroup-v1",
    directories: mountPoints.map((mountPoint) => `${mountPoint}/${name}`),
    cpuUsageFile: `${accounting}/${name}/cpuacct.usage`,
    memoryUsageFile: `${memory}/${name}/memory.usage_in_bytes`,
    mounts: [
      "mount -t tmpfs tmpfs /sys/fs/cgroup",
      ...mountPoints.flatMap((mountPoint) => [
        `mkdir '${mountPoint}'`,
        `mount -t cgroup -o ${controllers.get(mountPoint)?.join(",")} cgroup '${mountPoint}'`,
      ]),
    ],
    limits: ({ cores, memoryBytes }) => [
      [`${cpu}/${name}/cpu.shares`, claim.shares],
      ...setting(cores, (cores): Setting[] => [
        [`${cpu}/${name}/cpu.cfs_period_us`, cpuQuota(cores).period],
        [`${cpu}/${name}/cpu.cfs_quota_us`, cpuQuota(cores).quota],
      ]),
      ...setting(memoryBytes, (bytes) => [[`${memory}/${name}/memory.limit_in_bytes`, bytes]]),
    ],
  };
}

function version2(name: string, mountPoint: string): Hierarchies {
  const directory = `${mountPoint}/${name}`;
  return {
    source: "cgroup-v2",
    directories: [directory],
    cpuUsageFile: `${directory}/cpu.stat`,
    memoryUsageFile: `${directory}/memory.current`,
    mounts: [`mount -t cgroup2 cgroup2 '${mountPoint}'`],
    limits: ({ cores, memoryBytes }) => [
      [`${mountPoint}/cgroup.subtree_control`, "+cpu +memory"],
      [`${directory}/cpu.weight`, claim.weight],
      ...setting(cores, (cores) => [
        [`${directory}/cpu.max`, `${cpuQuota(cores).quota} ${cpuQuota(cores).period}`],
      ]),
      ...setting(memoryBytes, (bytes) => [[`${directory}/memory.max`, bytes]]),
    ],
  };
}

/** The settings that a limit takes; none where it is not given. */
function setting(
  limit: number | undefined,
  settings: (limit: number) => readonly Setting[],
): readonly Setting[] {
  return limit === undefined ? [] : settings(limit);
}

/** A quota and its period, in microseconds. */
function cpuQuota(cores: number): { quota: number; period: number } {
  const quota = Math.max(Math.round(usualPeriodMicros * cores), leastQuotaMicros);
  return { quota, period: Math.round(quota / cores) };
}
