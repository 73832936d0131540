import type { EngineName } from "../../lib/config/settings.ts";
import { v8Flags } from "../../packaging/programs.ts";
import { freePort } from "../../frontend/proxy/loopback_fixture.ts";
import { systemCommand } from "../system_command.ts";

const program = new URL("proxy_program.ts", import.meta.url).pathname;

/**
 * Relay workers over one server of loopback in a process of their own, whose memory can be measured.
 *
 * @param files How many files it may have open.
 */
export async function startProxyProcess(
  serverPort: number,
  engine: EngineName,
  { files = 20_000 } = {},
) {
  const port = freePort();
  const process = systemCommand("prlimit", {
    args: [
      `--nofile=${files}:${files}`,
      Deno.execPath(),
      ...["run", "--allow-all", "--quiet", ...v8Flags("lb-frontend")],
      ...[program, String(port), String(serverPort), engine],
    ],
    stdout: "piped",
  }).spawn();
  const lines: string[] = [];
  const limit = Promise.withResolvers<number>();
  const reading = (async () => {
    const text = process.stdout.pipeThrough(new TextDecoderStream());
    for await (const part of text) {
      for (const line of part.split("\n").filter((line) => line)) {
        if (/^\d+$/.test(line)) limit.resolve(Number(line));
        else lines.push(line);
      }
    }
  })();
  return {
    port,
    pid: process.pid,
    /** What it has logged. */
    lines,
    /** How many connections it may have at once. */
    limit: await limit.promise,
    async [Symbol.asyncDispose]() {
      process.kill("SIGKILL");
      await process.status;
      await reading;
    },
  };
}
