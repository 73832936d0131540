import type { Host } from "./lan.ts";
import { runCommand } from "./run_command.ts";

/** Sends a signal to all processes of a machine's nginx: its workers would outlive its master. */
export async function signalWebServer({ namespace }: Host, signal: Deno.Signal): Promise<void> {
  const pids = (await runCommand("ip", "netns", "pids", namespace)).trim().split("\n").map(Number);
  for (const pid of pids.filter(isNginx)) Deno.kill(pid, signal);
}

function isNginx(pid: number): boolean {
  return Deno.readTextFileSync(`/proc/${pid}/cmdline`).startsWith("nginx: ");
}
