import { isRunning } from "../network/network_namespace.ts";

/** What a machine may use of the one that it runs on. */
export interface MachineLimits {
  /** Processors; a fraction for a part of one. */
  readonly cores: number;
  readonly ramBytes: number;
}

/** How long the kernel's scheduler keeps account, in microseconds. */
const periodMicros = 100_000;

/** Where the kernel shows its control groups: a tree, or in its older form one for each controller. */
const mountPoint = "/sys/fs/cgroup";

const namePattern = /^lbm-(\d+)-/;

/** The directories of one machine's control groups. */
export type ControlGroup = readonly string[];

/**
 * Makes the control groups of a machine (cgroups(7)), with its limits.
 *
 * @param name Starts with what {@linkcode groupName} makes.
 */
export async function makeControlGroup(
  name: string,
  limits: MachineLimits | null,
): Promise<ControlGroup> {
  const unified = await isThere(`${mountPoint}/cgroup.controllers`);
  const trees = unified ? [mountPoint] : await controllerTrees();
  const group: string[] = [];
  for (const tree of trees) {
    await Deno.mkdir(`${tree}/${name}`);
    group.push(`${tree}/${name}`);
  }
  if (limits !== null) await (unified ? limitUnified : limitControllers)(group, limits);
  return group;
}

/** A name for a control group that no other run uses. */
export function groupName(machine: string): string {
  return `lbm-${Deno.pid}-${machine}`;
}

/** The trees that a process can be put into as they are: cpuset wants to be filled in first. */
async function controllerTrees(): Promise<string[]> {
  const trees = await Array.fromAsync(Deno.readDir(mountPoint));
  return trees.filter(({ isDirectory, name }) => isDirectory && name !== "cpuset")
    .map(({ name }) => `${mountPoint}/${name}`);
}

async function limitUnified([path]: ControlGroup, { cores, ramBytes }: MachineLimits) {
  await write(`${mountPoint}/cgroup.subtree_control`, "+cpu +memory");
  await write(`${path}/cpu.max`, `${cores * periodMicros} ${periodMicros}`);
  await write(`${path}/memory.max`, `${ramBytes}`);
}

async function limitControllers(group: ControlGroup, { cores, ramBytes }: MachineLimits) {
  const [cpu, memory] = ["cpu", "memory"].map((controller) =>
    group.find((path) => path.startsWith(`${mountPoint}/${controller}/`))
  );
  await write(`${cpu}/cpu.cfs_period_us`, `${periodMicros}`);
  await write(`${cpu}/cpu.cfs_quota_us`, `${cores * periodMicros}`);
  await write(`${memory}/memory.limit_in_bytes`, `${ramBytes}`);
}

/** Removes the control groups of a machine that has ended. */
export async function removeControlGroup(group: ControlGroup): Promise<void> {
  for (const path of group) await removeTree(path);
}

/** Groups are removed from below; their files go with them. */
async function removeTree(path: string): Promise<void> {
  for await (const { isDirectory, name } of Deno.readDir(path)) {
    if (isDirectory) await removeTree(`${path}/${name}`);
  }
  await Deno.remove(path);
}

/** Removes the control groups of runs that were cut off before they could do so themselves. */
export async function removeLeftoverGroups(): Promise<void> {
  for (const tree of [mountPoint, ...await controllerTrees()]) {
    for await (const { name } of Deno.readDir(tree)) {
      const maker = namePattern.exec(name)?.[1];
      if (maker === undefined || await isRunning(maker)) continue;
      // What is in use stays; another run that starts just now may be faster.
      await removeTree(`${tree}/${name}`).catch(() => {});
    }
  }
}

async function write(path: string, text: string): Promise<void> {
  // Such files are always there, and cannot be truncated.
  await Deno.writeTextFile(path, text, { create: false, append: true });
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
