import type { Daemon } from "./daemon.ts";

/** What a process takes of the machine. */
export interface Footprint {
  /** Memory that is resident, in mebibytes (proc_pid_status(5), `VmRSS`). */
  readonly residentMiB: number;
  /** Open file descriptors. */
  readonly descriptors: number;
  /** Processor time that it has used since its start, in seconds. */
  readonly cpuSeconds: number;
}

/** Kernel ticks in a second, on every machine that Deno runs on (time(7)). */
const ticksPerSecond = 100;

/** Looks at a running process. */
export function footprint({ pid }: Pick<Daemon, "pid">): Footprint {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  // The name, in parentheses, may contain spaces; the state is the first word after it.
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/.*\) /s, "").split(" ");
  const [user, system] = [Number(stat[11]), Number(stat[12])];
  return {
    residentMiB: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024,
    descriptors: [...Deno.readDirSync(`/proc/${pid}/fd`)].length,
    cpuSeconds: (user + system) / ticksPerSecond,
  };
}
