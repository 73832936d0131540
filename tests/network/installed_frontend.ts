import { waitFor } from "../wait_for.ts";
import type { Daemon } from "./daemon.ts";
import { Installation } from "./installation.ts";
import type { Host } from "./lan.ts";
import { runCommand } from "./run_command.ts";

/** Which of the front end's processes serves, and which version of it. */
export interface ServingProcess {
  readonly pid: number;
  readonly version: string;
}

/** A front end from an installation of its own, which is reloaded and upgraded as it serves. */
export class InstalledFrontend {
  readonly #host: Host;
  readonly #controlDirectory: string;
  readonly installation: Installation;
  readonly daemon: Daemon;

  private constructor(host: Host, installation: Installation) {
    this.#host = host;
    this.#controlDirectory = `${host.directory}/control`;
    this.installation = installation;
    const [command, ...args] = installation.command();
    this.daemon = host.start({ name: "frontend", command, args, environment: this.#settings });
  }

  /** Installs it on a machine and starts it. */
  static async start(host: Host): Promise<InstalledFrontend> {
    const installation = await Installation.make(`${host.directory}/installed`);
    await Deno.mkdir(`${host.directory}/control`);
    return new InstalledFrontend(host, installation);
  }

  get #settings() {
    return { LB_CONTROL: `${this.#controlDirectory}/control.sock` };
  }

  /** Reloads it, and waits until the process that served before has ended. */
  async reload(): Promise<void> {
    const before = await this.serving();
    await this.#carryOut("reload");
    await waitFor(`process ${before.pid} to end`, async () => {
      return !(await this.processes()).includes(before.pid) || null;
    }, { withinMs: 10_000, everyMs: 20 });
  }

  /** Hands over to a new process; the old one may go on with its connections. */
  async handOver(): Promise<void> {
    await this.#carryOut("reload");
  }

  /** Who serves now. */
  async serving(): Promise<ServingProcess> {
    return JSON.parse(await this.#carryOut("status", "--json"));
  }

  /** All processes of the front end, that of a command aside. */
  async processes(): Promise<number[]> {
    const pids = await runCommand("ip", "netns", "pids", this.#host.namespace);
    return pids.split("\n").filter((pid) => pid !== "").map(Number).filter((pid) => {
      const line = commandLine(pid);
      return line.includes("frontend/main.ts") && !/\b(reload|status)\b/.test(line);
    });
  }

  /** The files beside its control socket, that one included. */
  controlFiles(): string[] {
    return [...Deno.readDirSync(this.#controlDirectory)].map(({ name }) => name);
  }

  async #carryOut(...args: string[]): Promise<string> {
    const settings = Object.entries(this.#settings).map(([name, value]) => `${name}=${value}`);
    return await this.#host.run("env", ...settings, ...this.installation.command(...args));
  }
}

/** How a process was started; nothing where it is gone. */
function commandLine(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}
