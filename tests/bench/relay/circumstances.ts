import { runCommand } from "../../network/run_command.ts";

/** The machine, its kernel and its tools, a line each. */
export async function circumstances(): Promise<string[]> {
  const processor = /^model name\s*: (.*)$/m.exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1];
  const system = /^PRETTY_NAME="(.*)"$/m.exec(await Deno.readTextFile("/etc/os-release"))?.[1];
  const wrk = await runCommand("sh", "-c", "wrk -v 2>&1 | head -n 1");
  const iperf = await runCommand("iperf3", "--version");
  return [
    `${navigator.hardwareConcurrency} processors (${processor ?? "of unknown kind"}), ` +
    `${system ?? "unknown system"}, Linux ${Deno.osRelease()}`,
    `Tools: ${/wrk \S+/.exec(wrk)?.[0] ?? "wrk"}, ${/iperf \S+/.exec(iperf)?.[0] ?? "iperf3"}`,
  ];
}
