import type { Host } from "./lan.ts";

/** The kernel's counters of a machine's network by their names, such as `TcpExtListenDrops`. */
export type KernelCounters = ReadonlyMap<string, number>;

/**
 * Reads the counters that nstat(8) shows: what a connection is lost or delayed by is in them.
 */
export async function kernelCounters(host: Host): Promise<KernelCounters> {
  return parseCounters(await host.run("cat", "/proc/net/snmp", "/proc/net/netstat"));
}

/** Each group has a line of names and a line of values, both behind the group's name. */
function parseCounters(text: string): KernelCounters {
  const lines = text.trimEnd().split("\n").map((line) => line.split(" "));
  const counters = new Map<string, number>();
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [names = [], values = []] = [lines[at], lines[at + 1]];
    const group = names[0]?.replace(":", "");
    names.forEach((name, column) => {
      if (column > 0) counters.set(`${group}${name}`, Number(values[column]));
    });
  }
  return counters;
}

/** The counters of a name in `names` that have grown, and by how much. */
export function grown(
  before: KernelCounters,
  after: KernelCounters,
  names: readonly string[],
): Record<string, number> {
  const growth = names.map((name) => [name, (after.get(name) ?? 0) - (before.get(name) ?? 0)]);
  return Object.fromEntries(growth.filter(([, by]) => by !== 0));
}
