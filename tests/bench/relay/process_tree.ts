import { threadTimes } from "../thread_times.ts";

const nanosPerSecond = 1e9;

/** The numbers of a process and of all that descend from it. */
export function processTree(pid: number): number[] {
  const children = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim();
  return [
    pid,
    ...children.split(" ").filter((child) => child !== "").map(Number).flatMap(processTree),
  ];
}

/**
 * The processor time that a process and its descendants have used since they started, in seconds.
 * Threads that have ended do not count.
 */
export function cpuSeconds(pid: number): number {
  let nanos = 0;
  for (const process of processTree(pid)) {
    for (const time of threadTimes(process).values()) nanos += time;
  }
  return nanos / nanosPerSecond;
}

/**
 * The memory of a process and its descendants, in KiB: what is shared with other processes counts for
 * each by its part (proc_pid_smaps(5), `Pss`).
 */
export function memoryKiB(pid: number): number {
  return processTree(pid).map((process) => {
    const rollup = Deno.readTextFileSync(`/proc/${process}/smaps_rollup`);
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]);
  }).reduce((sum, part) => sum + part);
}
