import { runCommand } from "../../network/run_command.ts";
import { machineFacts } from "../machine_facts.ts";
import type { Contender } from "./contender.ts";
import type { Programs } from "./programs.ts";

/** The machine with its kernel, what is measured, and what it is measured with, a line each. */
export async function circumstances(
  contenders: readonly Contender[],
  programs: Programs,
): Promise<string[]> {
  const { processors, model, kernel, system } = machineFacts();
  const wrk = await runCommand("sh", "-c", "wrk -v 2>&1 | head -n 1");
  const iperf = await runCommand("iperf3", "--version");
  const versions = await Promise.all(contenders.map(({ version }) => version(programs)));
  return [
    `${processors} processors (${model}), ${system}, Linux ${kernel}`,
    `Measured: ${[...new Set(versions)].join("; ")}`,
    `Tools: ${/wrk \S+/.exec(wrk)?.[0] ?? "wrk"}, ${/iperf \S+/.exec(iperf)?.[0] ?? "iperf3"}`,
  ];
}
