import { type BackendRow, readRows } from "../backend_row.ts";
import { ClientLoad } from "../network/client_load.ts";
import { makeNamedSite } from "../network/cluster.ts";
import { Daemon, type DaemonOptions } from "../network/daemon.ts";
import {
  addNamespace,
  namespaceName,
  removeLeftovers,
  removeNamespace,
} from "../network/network_namespace.ts";
import { runCommand } from "../network/run_command.ts";
import { type Site } from "../site/site.ts";
import { waitFor } from "../wait_for.ts";
import { baseImage } from "./base_image.ts";
import { type MachineLimits, removeLeftoverGroups } from "./control_group.ts";
import { removeLeftoverDirectories, runDirectory } from "./run_directory.ts";
import { bridgeName, Machine } from "./machine.ts";
import { PackageRepository } from "./package_repository.ts";
import { readmeCommands } from "../readme_commands.ts";

/** Machines with systemd on a network of their own, and a repository with the packages. */
export class Fleet implements AsyncDisposable {
  readonly #directory: string;
  readonly #image: string;
  readonly #network: string;
  readonly repository: PackageRepository;
  readonly machines: Machine[] = [];
  readonly #sites = new Map<string, Site>();
  readonly #namespaces: string[] = [];
  readonly #daemons: Daemon[] = [];

  private constructor(directory: string, image: string, repository: PackageRepository) {
    this.#directory = directory;
    this.#image = image;
    this.#network = namespaceName("fleet", "switch");
    this.repository = repository;
  }

  /** Makes a network without machines. */
  static async open(): Promise<Fleet> {
    await removeLeftovers();
    await removeLeftoverGroups();
    await removeLeftoverDirectories();
    const image = await baseImage();
    const directory = await runDirectory();
    const fleet = new Fleet(directory, image, await PackageRepository.open(directory));
    try {
      await fleet.#makeNetwork();
    } catch (error) {
      await fleet[Symbol.asyncDispose]();
      throw error;
    }
    return fleet;
  }

  async #makeNetwork(): Promise<void> {
    const network = this.#network;
    await addNamespace(network);
    this.#namespaces.push(network);
    await runCommand("ip", "-n", network, "link", "add", bridgeName, "up", "type", "bridge");
  }

  /** Boots a machine of plain Debian, whose nginx serves a site that bears the machine's name. */
  async boot(name: string, limits: MachineLimits | null = null): Promise<Machine> {
    const address = `10.78.0.${this.#sites.size + 1}`;
    const site = makeNamedSite(name);
    this.#sites.set(name, site);
    const pages = [...site].map(([path, page]) => [`/var/www/html/${path}`, page] as const);
    const machine = await Machine.boot({
      name,
      address,
      image: this.#image,
      directory: `${this.#directory}/${name}`,
      files: new Map(pages),
      network: this.#network,
      srv: this.repository.served,
      limits,
    });
    this.machines.push(machine);
    return machine;
  }

  /** A machine by its name. */
  machine(name: string): Machine {
    const machine = this.machines.find((machine) => machine.name === name);
    if (machine === undefined) throw new RangeError(`Cannot find a machine: received ${name}`);
    return machine;
  }

  get client(): Machine {
    return this.machine("client");
  }

  get frontend(): Machine {
    return this.machine("frontend");
  }

  /** Boots a server and installs the agent on it. */
  async bootServer(name: string, limits: MachineLimits | null = null): Promise<Machine> {
    const machine = await this.boot(name, limits);
    await install(machine, "lb-agent");
    return machine;
  }

  /** Boots the front end, installs it and starts it. */
  async bootFrontend(): Promise<void> {
    const frontend = await this.boot("frontend");
    await frontend.shell("systemctl disable --now nginx");
    await install(frontend, "lb-frontend");
  }

  /** Boots a client, a front end and servers, with everything installed, and waits for the servers. */
  async bootAll(...servers: string[]): Promise<void> {
    const boots = servers.map((name) => this.bootServer(name));
    await Promise.all([this.boot("client"), this.bootFrontend(), ...boots]);
    for (const name of servers) await this.waitForState(name, ["up"]);
  }

  /** The files that a machine serves. */
  site(name: string): Site {
    const site = this.#sites.get(name);
    if (site === undefined) throw new RangeError(`Cannot find a site: received ${name}`);
    return site;
  }

  // ---------------------------------------------------------------- what clients see

  /** A file as a client gets it through the front end, over a new connection. */
  async visit(path: string): Promise<Uint8Array> {
    const url = `http://${this.frontend.address}/${path}`;
    await this.client.run("curl", "-sSf", "--max-time", "10", "--output", "/fetched", url);
    return await Deno.readFile(`${this.client.root}/fetched`);
  }

  /** Starts a client that opens new connections to the front end at a steady rate. */
  async startLoad({ perSecond = 40 } = {}): Promise<ClientLoad> {
    const namespace = namespaceName("fleet", "client");
    if (!this.#namespaces.includes(namespace)) {
      await runCommand("ip", "netns", "attach", namespace, `${this.client.init}`);
      this.#namespaces.push(namespace);
    }
    const host = {
      directory: this.#directory,
      start: (options: Omit<DaemonOptions, "namespace" | "logPath">) => {
        const logPath = `${this.#directory}/load-${this.#daemons.length}.log`;
        const daemon = new Daemon({ ...options, namespace, logPath });
        this.#daemons.push(daemon);
        return daemon;
      },
    };
    return new ClientLoad(host, { address: this.frontend.address, perSecond });
  }

  /** The state table, as a command on the front end prints it. */
  async rows(): Promise<BackendRow[]> {
    return readRows(await this.frontend.run("lb-frontend", "status", "--json"));
  }

  /** Waits until a server is in a state. */
  async waitForState(
    name: string,
    states: readonly BackendRow["state"][],
    withinMs = 15_000,
  ): Promise<BackendRow> {
    const { address } = this.machine(name);
    return await waitFor(`${name} to be ${states.join(" or ")}`, async () => {
      const row = (await this.rows()).find((row) => row.address === address);
      return row !== undefined && states.includes(row.state) ? row : null;
    }, { withinMs, everyMs: 200 });
  }

  // ---------------------------------------------------------------- the end

  /** Keeps all journals in a directory of their own. */
  async keepJournals(): Promise<string> {
    const directory = await Deno.makeTempDir({ prefix: "lb-journals-" });
    for (const machine of this.machines) {
      const text = await machine.journal("--output=short-precise");
      await Deno.writeTextFile(`${directory}/${machine.name}.log`, text);
    }
    return directory;
  }

  /** Ends everything and removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const daemon of this.#daemons) await daemon[Symbol.asyncDispose]();
    for (const machine of this.machines) await machine[Symbol.asyncDispose]();
    for (const name of this.#namespaces.toReversed()) await removeNamespace(name);
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** Does what the README says: adds the repository and installs a program. */
export async function install(machine: Machine, program: "lb-agent" | "lb-frontend") {
  const { repository, agent, frontend } = await installationCommands();
  await machine.shell(repository);
  return await machine.shell(program === "lb-agent" ? agent : frontend);
}

/** What the README's section on installation has its readers type. */
export async function installationCommands() {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const [repository = "", agent = "", frontend = ""] = readmeCommands(readme, "Install");
  return { repository, agent, frontend };
}
