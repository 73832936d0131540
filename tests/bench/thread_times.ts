/**
 * The processor time that each thread of a process has used, in nanoseconds, by its number; threads
 * that have ended do not count. (Kernel: Documentation/scheduler/sched-stats; the ticks of
 * `/proc/PID/stat` are too coarse for what takes milliseconds.)
 */
export function threadTimes(pid: number): Map<string, number> {
  const times = new Map<string, number>();
  for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
    const [onProcessor] = Deno.readTextFileSync(`/proc/${pid}/task/${name}/schedstat`).split(" ");
    times.set(name, Number(onProcessor));
  }
  return times;
}
