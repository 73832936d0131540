import { parseProcessStat, ticksPerSecond } from "deno-systeminfo-free";
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

/** Looks at a running process. */
export function footprint({ pid }: Pick<Daemon, "pid">): Footprint {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const stat = parseProcessStat(Deno.readTextFileSync(`/proc/${pid}/stat`));
  return {
    residentMiB: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024,
    descriptors: [...Deno.readDirSync(`/proc/${pid}/fd`)].length,
    cpuSeconds: (stat?.cpuTicks ?? NaN) / ticksPerSecond,
  };
}
