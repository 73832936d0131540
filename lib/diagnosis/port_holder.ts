/** Who holds a port: a process that this one may look into. */
export interface PortHolder {
  readonly pid: number;
  /** The process's name (proc_pid_comm(5)). */
  readonly name: string;
}

/** Words a list of holders. */
export function describeHolders(holders: readonly PortHolder[]): string {
  return holders.map(({ pid, name }) => `${name} (pid ${pid})`).join(", ");
}
