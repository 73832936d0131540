import { runCommand } from "../../network/run_command.ts";
import type { Contender } from "./contender.ts";
import type { Programs } from "./programs.ts";

/** The machine with its kernel, what is measured, and what it is measured with, a line each. */
export async function circumstances(
  contenders: readonly Contender[],
  programs: Programs,
): Promise<string[]> {
  const processor = /^model name\s*: (.*)$/m.exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1];
  const system = /^PRETTY_NAME="(.*)"$/m.exec(await Deno.readTextFile("/etc/os-release"))?.[1];
  const wrk = await runCommand("sh", "-c", "wrk -v 2>&1 | head -n 1");
  const iperf = await runCommand("iperf3", "--version");
  const versions = await Promise.all(contenders.map(({ version }) => version(programs)));
  return [
    `${navigator.hardwareConcurrency} processors (${processor ?? "of unknown kind"}), ` +
    `${system ?? "unknown system"}, Linux ${Deno.osRelease()}`,
    `Measured: ${[...new Set(versions)].join("; ")}`,
    `Tools: ${/wrk \S+/.exec(wrk)?.[0] ?? "wrk"}, ${/iperf \S+/.exec(iperf)?.[0] ?? "iperf3"}`,
  ];
}
