import { readRows } from "../../backend_row.ts";
import { runCommand } from "../../network/run_command.ts";
import type { Contender } from "./contender.ts";
import { bulkPort, type Testbed } from "./testbed.ts";

/** This project's front end with one of its engines; what is not named here is as it is by default. */
export function lb({ engine, threads }: { engine: "deno" | "epoll"; threads: number }): Contender {
  const settings = {
    LB_ENGINE: engine,
    LB_WORKERS: String(threads),
    LB_LISTEN: `http=80,bulk=${bulkPort}`,
  };
  return {
    name: `lb ${engine}`,
    role: engine,
    settings: Object.entries(settings).map(([name, value]) => `${name}=${value}`).join(" "),
    version: ({ executables }) => runCommand(`${executables}/lb-frontend`, "--version"),
    address: ({ front }) => front.address,
    isSettled,
    start(testbed) {
      const command = [`${testbed.executables}/lb-frontend`];
      return Promise.resolve(testbed.startProxy(`lb ${engine}`, command, settings));
    },
  };
}

/** Two servers with one service each, and the bulk service. */
const services = 3;

async function isSettled({ front }: Testbed): Promise<boolean> {
  const json = await front.run("curl", "-sSf", "http://127.0.0.1:8404/api/backends");
  return readRows(json).filter(({ state }) => state === "up").length === services;
}

/** Whether the executables know an engine. */
export async function knowsEngine(executables: string, engine: string): Promise<boolean> {
  const { success } = await new Deno.Command(`${executables}/lb-frontend`, {
    args: ["--check"],
    env: { LB_ENGINE: engine },
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}
