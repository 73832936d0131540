import { threadTimes } from "../thread_times.ts";

/** What a process takes of the machine over a stretch of time. */
export interface Usage {
  /** Processors in use, on average: of the whole process, and of its main thread alone. */
  readonly cores: number;
  readonly mainThreadCores: number;
}

/** Measures what a process uses while something else happens. */
export async function usageDuring(pid: number, happens: () => Promise<void>): Promise<Usage> {
  const [before, begin] = [threadTimes(pid), performance.now()];
  await happens();
  const [after, end] = [threadTimes(pid), performance.now()];
  const used = (thread: string) => (after.get(thread) ?? 0) - (before.get(thread) ?? 0);
  const cores = (time: number) => time / 1e6 / (end - begin);
  return {
    cores: cores([...after.keys()].reduce((sum, thread) => sum + used(thread), 0)),
    mainThreadCores: cores(used(String(pid))),
  };
}
