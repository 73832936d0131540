import { runCommand, runElsewhere } from "../network/run_command.ts";
import { waitFor } from "../wait_for.ts";
import {
  type ControlGroup,
  groupName,
  type MachineLimits,
  makeControlGroup,
  removeControlGroup,
} from "./control_group.ts";
import { systemCommand } from "../system_command.ts";

/** What a machine is made of. */
export interface MachineParts {
  readonly name: string;
  /** The files that it has in common with others; it does not change them. */
  readonly image: string;
  /** A directory of its own. */
  readonly directory: string;
  /** Files of its own, by their absolute paths. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly address: string;
  /** The network namespace with the bridge that it is plugged into. */
  readonly network: string;
  /** A directory that it sees as its `/srv`. */
  readonly srv: string;
  readonly limits: MachineLimits | null;
}

/** The name of the bridge in a machine's network. */
export const bridgeName = "bridge";

/** Joins the control groups that it is given before `--`, and becomes what comes behind. */
const join = `while [ "$1" != -- ]; do echo $$ >"$1/cgroup.procs"; shift; done; shift; exec "$@"`;

/**
 * Lays a machine's own files over those of the image, and becomes what comes behind. The mount is seen
 * by nobody else, and ends with the machine.
 */
const overlay = `mount -t overlay -o "$1" machine "$2" && shift 2 && exec "$@"`;

/** Longer than any machine needs, in milliseconds. */
const bootLimitMs = 30_000;
const shutdownLimitMs = 20_000;

/** A Debian machine with systemd, in a container of systemd-nspawn(1). */
export class Machine implements AsyncDisposable {
  readonly name: string;
  readonly address: string;
  /** Where its own files are, beginning with its root: those that are not the image's. */
  readonly root: string;
  readonly #container: Deno.ChildProcess;
  readonly #group: ControlGroup;
  #init: number | null = null;
  #isRunning = true;
  readonly #ended: Promise<void>;

  private constructor(
    { name, address, directory }: MachineParts,
    boot: Deno.Command,
    group: ControlGroup,
  ) {
    this.name = name;
    this.address = address;
    this.root = ownFiles(directory);
    this.#group = group;
    this.#container = boot.spawn();
    this.#ended = this.#container.status.then(() => {
      this.#isRunning = false;
    });
  }

  /** Boots a machine; resolves when all its services have started. */
  static async boot(parts: MachineParts): Promise<Machine> {
    await configure(parts);
    const group = await makeControlGroup(groupName(parts.name), parts.limits);
    const machine = new Machine(parts, bootCommand(parts, group), group);
    try {
      await waitFor(`${parts.name} to boot`, () => machine.#hasBooted(), { withinMs: bootLimitMs });
    } catch (error) {
      await machine[Symbol.asyncDispose]();
      throw error;
    }
    return machine;
  }

  async #hasBooted(): Promise<true | null> {
    this.#init ??= await findInit(this.#container.pid);
    if (this.#init === null) return null;
    // It fails for as long as the machine is not all up.
    await this.run("systemctl", "is-system-running");
    return true;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** The number that this machine's processes know a process of the machine by. */
  get init(): number {
    if (this.#init === null) throw new Error(`Cannot reach ${this.name}: it has not booted`);
    return this.#init;
  }

  /** Runs a command on it to its end; see `runCommand`. */
  async run(command: string, ...args: string[]): Promise<string> {
    return await runElsewhere("nsenter", `--target=${this.init}`, "--all", command, ...args);
  }

  /** Runs lines of a shell on it, as someone types them; gives all that they print. */
  async shell(lines: string): Promise<string> {
    return await this.run("sh", "-e", "-c", `exec 2>&1\n${lines}`);
  }

  /** A property of one of its units, as systemd has it. */
  async property(unit: string, name: string): Promise<string> {
    return (await this.run("systemctl", "show", `--property=${name}`, "--value", unit)).trim();
  }

  /** Switches it off in order. */
  async powerOff(): Promise<void> {
    await this.run("systemctl", "poweroff");
    await waitFor(`${this.name} to be off`, () => this.#isRunning ? null : true, {
      withinMs: shutdownLimitMs,
    });
  }

  /** Cuts its power. */
  async cutPower(): Promise<void> {
    if (this.#init !== null) kill(this.#init);
    else kill(this.#container.pid);
    await this.#ended;
  }

  /**
   * Its journal, also after its end.
   *
   * @param selection Arguments of journalctl(1).
   */
  async journal(...selection: string[]): Promise<string> {
    if (this.#isRunning) await this.run("journalctl", "--sync");
    const place = `--directory=${this.root}/var/log/journal`;
    return await runCommand("journalctl", place, "--quiet", "--no-pager", ...selection);
  }

  /** Cuts its power, where it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isRunning) await this.cutPower();
    await removeControlGroup(this.#group);
  }
}

function ownFiles(directory: string): string {
  return `${directory}/files`;
}

/** Writes what makes the machine another than those of the same image. */
async function configure({ name, directory, address, files }: MachineParts): Promise<void> {
  const network = [
    "[Match]",
    "Name=host0",
    "[Network]",
    `Address=${address}/24`,
    // No router announces itself here: at boot nothing shall wait for one.
    "IPv6AcceptRA=no",
    "",
  ].join("\n");
  for (const part of ["files", "work", "root"]) {
    await Deno.mkdir(`${directory}/${part}`, { recursive: true });
  }
  const own = new Map(files);
  own.set("/etc/hostname", `${name}\n`).set("/etc/systemd/network/10-host0.network", network);
  for (const [path, content] of own) await write(`${ownFiles(directory)}${path}`, content);
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await Deno.writeFile(path, bytes);
}

/** It is killed with this process, and the machine with it. */
function bootCommand(parts: MachineParts, group: ControlGroup): Deno.Command {
  const { name, image, directory, network, srv } = parts;
  const root = `${directory}/root`;
  const layers = `lowerdir=${image},upperdir=${ownFiles(directory)},workdir=${directory}/work`;
  const command = [
    ...["sh", "-c", join, "sh", ...group, "--"],
    ...["nsenter", `--net=/run/netns/${network}`],
    ...["unshare", "--mount", "sh", "-c", overlay, "sh", layers, root],
    "systemd-nspawn",
    "--quiet",
    `--machine=${groupName(name)}`,
    `--directory=${root}`,
    `--bind-ro=${srv}:/srv`,
    `--network-bridge=${bridgeName}`,
    "--register=no",
    "--keep-unit",
    "--console=pipe",
    "--boot",
  ];
  return systemCommand("setpriv", {
    args: ["--pdeathsig", "SIGKILL", ...command],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
}

/** The process that is number one in a container. */
async function findInit(container: number): Promise<number | null> {
  const children = await Deno.readTextFile(`/proc/${container}/task/${container}/children`);
  for (const child of children.split(" ").filter((text) => text !== "")) {
    const status = await Deno.readTextFile(`/proc/${child}/status`);
    if (/^NSpid:\s+\d+\s+1$/m.test(status)) return Number(child);
  }
  return null;
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    // It ended by itself meanwhile.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
