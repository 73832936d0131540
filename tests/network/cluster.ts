import { v8Flags } from "../../packaging/programs.ts";
import { findCommand } from "../find_command.ts";
import { prepareNginx } from "../site/nginx.ts";
import { makeSite, type Site, writeSite } from "../site/site.ts";
import { type BackendRow, readRows } from "../backend_row.ts";
import { ClientLoad } from "./client_load.ts";
import type { Daemon } from "./daemon.ts";
import { type Host, Lan } from "./lan.ts";
import { runCommand } from "./run_command.ts";
import { waitFor } from "../wait_for.ts";

/** Environment variables of a program under test. */
export type Settings = Readonly<Record<string, string>>;

/** Who takes part in a cluster from the start, and with which settings: none unless they are given. */
export interface ClusterOptions {
  readonly backends: readonly string[];
  readonly frontendSettings?: Settings;
}

/** A machine with a web server and an agent. */
export interface Backend {
  readonly name: string;
  readonly host: Host;
  readonly site: Site;
  webServer: Daemon;
  agent: Daemon;
}

/** One of the two programs under test. */
export type Program = "agent" | "frontend";

/** The path of the module that starts a program. */
export function mainModule(program: Program): string {
  return new URL(`../../${program}/main.ts`, import.meta.url).pathname;
}

/** The command line that runs a program from its source, with a command of its own or without. */
export function programCommand(
  program: Program,
  ...words: readonly string[]
): [string, ...string[]] {
  const run = [
    "run",
    "--allow-all",
    "--cached-only",
    ...v8Flags(`lb-${program}`),
    mainModule(program),
  ];
  return [Deno.execPath(), ...run, ...words];
}

/** Starts one of the two programs under test on a machine. */
export function startProgram(
  host: Pick<Host, "start">,
  program: Program,
  settings: Settings = {},
): Daemon {
  const [command, ...args] = programCommand(program);
  return host.start({ name: program, command, args, environment: settings });
}

/** Starts nginx on a machine, at port 80, for files that are there already. */
export async function startWebServer(host: Host): Promise<Daemon> {
  const daemon = host.start({
    name: "nginx",
    command: findCommand("nginx") ?? "nginx",
    args: await prepareNginx({
      directory: host.directory,
      root: `${host.directory}/html`,
      listen: "80",
    }),
  });
  await waitFor("nginx", () => host.run("curl", "-sSf", "-o", "/dev/null", "http://127.0.0.1/"), {
    withinMs: 5000,
  });
  return daemon;
}

/** A page with pictures, and a file that names the server in its first line and fills some packets. */
export function makeNamedSite(name: string): Site {
  const channel = () => Math.floor(180 * Math.random());
  const site = makeSite({ name, colour: [channel(), channel(), channel()] });
  const file = new TextEncoder().encode(`${name}\n${"filling ".repeat(1000)}`);
  return new Map([...site, ["name.txt", file]]);
}

/** A front end, its clients and the servers behind it, each on a machine of its own in one network. */
export class Cluster implements AsyncDisposable {
  readonly lan: Lan;
  readonly client: Host;
  readonly frontendHost: Host;
  frontend: Daemon;
  readonly #backends = new Map<string, Backend>();

  private constructor(lan: Lan, client: Host, frontendHost: Host, settings: Settings) {
    this.lan = lan;
    this.client = client;
    this.frontendHost = frontendHost;
    this.frontend = startProgram(frontendHost, "frontend", settings);
  }

  /** Starts a cluster; the backends are on their way, not yet found. */
  static async start({ backends, frontendSettings = {} }: ClusterOptions): Promise<Cluster> {
    // There is no way to the world from inside a namespace.
    await runCommand(Deno.execPath(), "cache", mainModule("agent"), mainModule("frontend"));
    const lan = await Lan.open();
    try {
      const client = await lan.attach("client");
      const frontendHost = await lan.attach("frontend");
      const cluster = new Cluster(lan, client, frontendHost, frontendSettings);
      for (const name of backends) await cluster.addBackend(name);
      await waitFor("the front end", () => cluster.get("/api/backends"), { withinMs: 10_000 });
      return cluster;
    } catch (error) {
      const logs = await lan.logs();
      await lan[Symbol.asyncDispose]();
      throw new Error(`Cannot start a cluster: ${logs}`, { cause: error });
    }
  }

  /** Adds a machine with a web server and an agent, which may be told where it is. */
  async addBackend(
    name: string,
    settings: Settings | ((host: Host) => Settings) = {},
  ): Promise<Backend> {
    const host = await this.lan.attach(name);
    const site = makeNamedSite(name);
    await writeSite(site, `${host.directory}/html`);
    const webServer = await startWebServer(host);
    const own = typeof settings === "function" ? settings(host) : settings;
    const agent = startProgram(host, "agent", own);
    const backend = { name, host, site, webServer, agent };
    this.#backends.set(name, backend);
    return backend;
  }

  /** A backend by its name. */
  backend(name: string): Backend {
    const backend = this.#backends.get(name);
    if (backend === undefined) throw new RangeError(`Cannot find a backend: received ${name}`);
    return backend;
  }

  get backends(): Backend[] {
    return [...this.#backends.values()];
  }

  /** Starts a client that opens new connections to the front end at a steady rate. */
  startLoad({ perSecond = 40 } = {}): ClientLoad {
    return new ClientLoad(this.client, { address: this.frontendHost.address, perSecond });
  }

  /** A file as a client gets it through the front end, over a new connection. */
  async fetchThroughFrontend(path: string): Promise<Uint8Array> {
    const file = `${this.client.directory}/fetched`;
    const url = `http://${this.frontendHost.address}/${path}`;
    await this.client.run("curl", "-sSf", "--max-time", "20", "-o", file, url);
    return await Deno.readFile(file);
  }

  /** What the front end's administrative address gives. */
  async get(path: string): Promise<string> {
    const url = `http://127.0.0.1:8404${path}`;
    return await this.frontendHost.run("curl", "-sSf", "--max-time", "3", url);
  }

  /** The state table. */
  async rows(): Promise<BackendRow[]> {
    return readRows(await this.get("/api/backends"));
  }

  /** The row of a backend at its present address, or null. */
  async row(name: string): Promise<BackendRow | null> {
    const { address } = this.backend(name).host;
    return (await this.rows()).find((row) => row.address === address) ?? null;
  }

  /** Waits until a backend is in a state. */
  async waitForState(
    name: string,
    states: readonly BackendRow["state"][],
    withinMs: number,
  ): Promise<BackendRow> {
    return await waitFor(`${name} to be ${states.join(" or ")}`, async () => {
      const row = await this.row(name);
      return row !== null && states.includes(row.state) ? row : null;
    }, { withinMs });
  }

  /** Waits until all backends take connections. */
  async waitUntilUp(withinMs = 15_000): Promise<void> {
    for (const { name } of this.backends) await this.waitForState(name, ["up"], withinMs);
  }

  /** Ends and removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.lan[Symbol.asyncDispose]();
  }
}
