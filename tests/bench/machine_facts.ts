/** What a measurement was made on. */
export interface MachineFacts {
  /** How many processors the kernel schedules on, and what they are called. */
  readonly processors: number;
  readonly model: string;
  /** The release of the kernel, Linux. */
  readonly kernel: string;
  /** The distribution (os-release(5)). */
  readonly system: string;
}

/** Looks at the machine that this runs on. */
export function machineFacts(): MachineFacts {
  const found = (path: string, pattern: RegExp) =>
    pattern.exec(Deno.readTextFileSync(path))?.[1] ?? "unknown";
  return {
    processors: navigator.hardwareConcurrency,
    model: found("/proc/cpuinfo", /^model name\s*: (.*)$/m),
    kernel: Deno.osRelease(),
    system: found("/etc/os-release", /^PRETTY_NAME="(.*)"$/m),
  };
}
