import { runCommand } from "./run_command.ts";
import { systemCommand } from "../system_command.ts";

/** What is to run, and where. */
export interface DaemonOptions {
  /** For messages. */
  readonly name: string;
  /** The network namespace. */
  readonly namespace: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Its whole environment, but for `PATH` and what Deno needs to find its cache. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The file that receives all that it writes. */
  readonly logPath: string;
}

/**
 * Each daemon has a `/run` of its own, as on a machine of its own. The wrappers replace one another,
 * so that the process that is started is in the end the daemon itself. It dies with this process.
 */
const wrapper = `mount -t tmpfs tmpfs /run && exec "$@" >"$0" 2>&1`;

/** A long-running process inside a network namespace. */
export class Daemon implements AsyncDisposable {
  readonly name: string;
  readonly #logPath: string;
  readonly #child: Deno.ChildProcess;
  #isRunning = true;
  /** How it ended. */
  readonly ending: Promise<Deno.CommandStatus>;

  /** Starts it. */
  constructor({ name, namespace, command, args, environment, logPath }: DaemonOptions) {
    this.name = name;
    this.#logPath = logPath;
    const wrapped = ["sh", "-c", wrapper, logPath, command, ...args];
    this.#child = systemCommand("ip", {
      args: ["netns", "exec", namespace, "setpriv", "--pdeathsig", "SIGKILL", ...wrapped],
      clearEnv: true,
      env: { ...inheritedEnvironment(), ...environment },
      stdin: "null",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
    this.ending = this.#child.status.then((status) => {
      this.#isRunning = false;
      return status;
    });
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** All that it has written so far. */
  async log(): Promise<string> {
    try {
      return await Deno.readTextFile(this.#logPath);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return "";
      throw error;
    }
  }

  /** Sends it a signal and waits for its end. */
  async end(signal: Deno.Signal): Promise<Deno.CommandStatus> {
    if (this.#isRunning) this.#child.kill(signal);
    return await this.ending;
  }

  /** Kills it, where it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.end("SIGKILL");
  }
}

/** Runs a command to its end where a daemon runs: in its network, and with its `/run`. */
export async function runInside(daemon: Daemon, ...command: string[]): Promise<string> {
  return await runCommand("nsenter", `--target=${daemon.pid}`, "--mount", "--net", ...command);
}

function inheritedEnvironment(): Record<string, string> {
  const environment: Record<string, string> = { NO_COLOR: "1" };
  for (const name of ["PATH", "HOME", "DENO_DIR"]) {
    const value = Deno.env.get(name);
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}
