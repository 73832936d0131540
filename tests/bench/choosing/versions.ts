import { runCommand } from "../../network/run_command.ts";
import { peerVersions } from "./contestants.ts";

/** What takes part, from the machine up, one sentence for each. */
export async function versions(): Promise<string[]> {
  const processor = /^model name\s*: (.*)$/m.exec(await Deno.readTextFile("/proc/cpuinfo"))?.[1];
  const kernel = (await runCommand("uname", "-sr")).trim();
  return [
    `${navigator.hardwareConcurrency} cores (${processor}), ${kernel}, ${await systemName()}`,
    `lb from source, Deno ${Deno.version.deno}, LB_WORKERS=1, no other setting but LB_POLICY and LB_ENGINE`,
    ...await peerVersions(),
  ];
}

async function systemName(): Promise<string> {
  const text = await Deno.readTextFile("/etc/os-release");
  return /^PRETTY_NAME="(.*)"$/m.exec(text)?.[1] ?? "an unknown system";
}
