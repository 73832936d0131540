import { join } from "node:path";
import { runCommand } from "./run_command.ts";

/** How long Deno's download site may take to answer, in milliseconds. */
const answerLimitMs = 5_000;

/**
 * Whether `deno compile` can get the runtime in its own way: it has it already, or Deno's download
 * site answers. Asked first because `deno compile` itself may wait for minutes on a network that
 * drops packets.
 */
export async function isOfficialRuntimeAvailable(target: string): Promise<boolean> {
  const file = `release/v${Deno.version.deno}/denort-${target}.zip`;
  return await isDownloaded(file) || await answers(`https://dl.deno.land/${file}`);
}

async function isDownloaded(file: string): Promise<boolean> {
  const info = JSON.parse(await runCommand(Deno.execPath(), ["info", "--json"]));
  const path = join(String(info.denoDir), "dl", file);
  return await Deno.stat(path).then(({ isFile }) => isFile, () => false);
}

async function answers(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(answerLimitMs);
    const response = await fetch(url, { method: "HEAD", signal });
    return response.ok;
  } catch {
    return false;
  }
}
