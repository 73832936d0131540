import { readRows } from "../../backend_row.ts";
import type { Contender } from "./contender.ts";
import type { Programs } from "./programs.ts";
import { bulkPort, type Testbed } from "./testbed.ts";
import { systemCommand } from "../../system_command.ts";

/** The engines that can be measured. */
export const engines = ["deno", "epoll"] as const;
/** The name of an engine. */
export type Engine = typeof engines[number];

/** This project's front end with one of its engines; what is not named here is as it is by default. */
export function lb({ engine, threads }: { engine: Engine; threads: number }): Contender {
  const settings = {
    LB_ENGINE: engine,
    LB_WORKERS: String(threads),
    LB_LISTEN: `http=80,bulk=${bulkPort}`,
  };
  const name = `lb ${engine}`;
  return {
    name,
    role: engine,
    settings: Object.entries(settings).map(([name, value]) => `${name}=${value}`).join(" "),
    version: async ({ frontend }) => (await runLine([...frontend, "--version"])).stdout.trim(),
    address: ({ front }) => front.address,
    isSettled,
    start: (testbed) =>
      Promise.resolve(testbed.startProxy(name, testbed.programs.frontend, settings)),
  };
}

/** Two servers with one service each, and the bulk service. */
const services = 3;

async function isSettled({ front }: Testbed): Promise<boolean> {
  const json = await front.run("curl", "-sSf", "http://127.0.0.1:8404/api/backends");
  return readRows(json).filter(({ state }) => state === "up").length === services;
}

/** Whether the front end knows an engine. */
export async function knowsEngine({ frontend }: Programs, engine: Engine): Promise<boolean> {
  return (await runLine([...frontend, "--check"], { LB_ENGINE: engine })).success;
}

async function runLine(
  [command = "", ...args]: readonly string[],
  env: Record<string, string> = {},
): Promise<{ success: boolean; stdout: string }> {
  const output = await systemCommand(command, { args, env, stderr: "null" }).output();
  return { success: output.success, stdout: new TextDecoder().decode(output.stdout) };
}
