/** The resident memory of a process, in mebibytes (proc_pid_status(5), proc_pid_smaps(5)). */
export interface Memory {
  /** All that is mapped and present. */
  readonly resident: number;
  /** Of it, what is the process's own; the rest are pages of files, which the kernel can drop. */
  readonly anonymous: number;
  /** What is resident, where that is shared divided by the number of those who share it. */
  readonly proportional: number;
}

/** Looks at a running process. */
export function memoryOf(pid: number): Memory {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const rollup = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
  const mebibytes = (text: string, name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1]) / 1024;
  return {
    resident: mebibytes(status, "VmRSS"),
    anonymous: mebibytes(status, "RssAnon"),
    proportional: mebibytes(rollup, "Pss"),
  };
}
