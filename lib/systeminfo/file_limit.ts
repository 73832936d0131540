/** How many files a process may have open; Infinity where there is no limit. */
export interface FileLimit {
  /** The limit that holds. */
  readonly soft: number;
  /** How far the process may raise it. */
  readonly hard: number;
}

/**
 * Reads the limit of open files from `/proc/PID/limits` (Linux, fs/proc/base.c, proc_pid_limits;
 * getrlimit(2), RLIMIT_NOFILE).
 *
 * @returns null where the text does not say.
 */
export function parseFileLimit(text: string): FileLimit | null {
  const found = /^Max open files +(\d+|unlimited) +(\d+|unlimited) /m.exec(text);
  if (found === null) return null;
  const [soft, hard] = found.slice(1).map((word) => word === "unlimited" ? Infinity : Number(word));
  return soft === undefined || hard === undefined ? null : { soft, hard };
}
