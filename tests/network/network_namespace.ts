import { runCommand } from "./run_command.ts";

/** Namespaces of ours bear the process that made them, so that a later run can tell its leftovers. */
const namePattern = /^lbt-(\d+)-/;

/** A name for a namespace that no other run uses. */
export function namespaceName(lan: string, host: string): string {
  return `lbt-${Deno.pid}-${lan}-${host}`;
}

/** Makes a network namespace, as `ip netns` does (ip-netns(8)), with its loopback up. */
export async function addNamespace(name: string): Promise<void> {
  await runCommand("ip", "netns", "add", name);
  await runCommand("ip", "-n", name, "link", "set", "lo", "up");
}

/** Ends every process inside a namespace and removes it, with all its interfaces. */
export async function removeNamespace(name: string): Promise<void> {
  const pids = (await runCommand("ip", "netns", "pids", name)).split("\n").filter((pid) => pid);
  for (const pid of pids) endProcess(Number(pid));
  await runCommand("ip", "netns", "delete", name);
}

/** Removes the namespaces of runs that were cut off before they could do so themselves. */
export async function removeLeftovers(): Promise<void> {
  const lines = (await runCommand("ip", "netns", "list")).split("\n");
  for (const name of lines.map((line) => line.split(" ")[0] ?? "")) {
    const maker = namePattern.exec(name)?.[1];
    if (maker === undefined || await isRunning(maker)) continue;
    // Another run that starts just now may be faster.
    await removeNamespace(name).catch(() => {});
  }
}

/** Whether there is a process with that number. */
export async function isRunning(pid: string): Promise<boolean> {
  try {
    await Deno.stat(`/proc/${pid}`);
    return true;
  } catch {
    return false;
  }
}

function endProcess(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    // It ended by itself meanwhile.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
