import { mainModule, type Settings, startProgram } from "../../network/cluster.ts";
import { confinedHost, type Starter } from "../../network/confined_host.ts";
import type { Daemon } from "../../network/daemon.ts";
import { type Host, Lan } from "../../network/lan.ts";
import { namespaceName } from "../../network/network_namespace.ts";
import { runCommand } from "../../network/run_command.ts";
import { waitFor } from "../../wait_for.ts";
import { ControlGroup } from "../../network/control_group.ts";
import { removeLeftoverGroups } from "../../network/leftover_groups.ts";
import { pages, pageText } from "./pages.ts";
import { startPageServer } from "./web_server.ts";

/** What a server of the experiment may use, as a part of one processor. */
export interface ServerPlan {
  readonly name: string;
  readonly cores: number;
}

/** A machine with a web server and an agent, both within what the machine may use. */
export interface Server extends ServerPlan {
  readonly host: Host;
  readonly group: ControlGroup;
  /** The machine within what it may use. */
  readonly confined: Starter;
  webServer: Daemon;
  readonly agent: Daemon;
}

/** Enough for an agent and a web server, and little enough to be filled. */
export const serverMemoryBytes = 384 * 1024 * 1024;

/** Servers of given speeds, a machine for a load balancer, and one for its clients. */
export class Fleet implements AsyncDisposable {
  readonly client: Host;
  readonly front: Host;
  /** Accounts for the load balancer. */
  readonly frontGroup = new ControlGroup(groupName("front"));
  readonly #clientGroup = new ControlGroup(groupName("client"));
  /** The machine of the load balancer, where it is accounted for. */
  readonly confinedFront: Starter;
  /** The machine of the clients, with a claim to the processor like the servers'. */
  readonly confinedClient: Starter;
  /** Where the pages are. */
  readonly root: string;
  readonly #lan: Lan;
  readonly #servers: Server[] = [];

  private constructor(lan: Lan, { client, front }: { client: Host; front: Host }) {
    this.#lan = lan;
    this.client = client;
    this.front = front;
    this.root = `${front.directory}/pages`;
    this.confinedFront = confinedHost(front, this.frontGroup);
    this.confinedClient = confinedHost(client, this.#clientGroup);
  }

  /** Starts the servers and their agents, which are told the same. */
  static async start(plans: readonly ServerPlan[], agentSettings: Settings = {}): Promise<Fleet> {
    await removeLeftoverGroups();
    // There is no way to the world from inside a namespace.
    await runCommand(Deno.execPath(), "cache", mainModule("agent"), mainModule("frontend"));
    const lan = await Lan.open();
    const client = await lan.attach("client");
    const front = await lan.attach("front");
    const fleet = new Fleet(lan, { client, front });
    try {
      await fleet.#writePages();
      for (const plan of plans) await fleet.#add(plan, agentSettings);
      await fleet.#untilAgentsRun();
      return fleet;
    } catch (error) {
      const logs = await lan.logs();
      await fleet[Symbol.asyncDispose]();
      throw new Error(`Cannot start the servers: ${logs}`, { cause: error });
    }
  }

  async #writePages(): Promise<void> {
    await Deno.mkdir(this.root);
    for (const page of pages) {
      await Deno.writeTextFile(`${this.root}/${page.name}`, pageText(page));
    }
  }

  async #add({ name, cores }: ServerPlan, agentSettings: Settings): Promise<void> {
    const host = await this.#lan.attach(name);
    const group = new ControlGroup(groupName(name), { cores, memoryBytes: serverMemoryBytes });
    const confined = confinedHost(host, group);
    const webServer = await startPageServer({ host, confined, root: this.root });
    const agent = startProgram(confined, "agent", agentSettings);
    this.#servers.push({ name, cores, host, group, confined, webServer, agent });
  }

  /** A program that starts takes memory, and within a small part of a processor it takes its time. */
  async #untilAgentsRun(): Promise<void> {
    for (const { name, agent } of this.#servers) {
      const hasBegun = async () => (await agent.log()).includes("advertises") || null;
      await waitFor(`the agent of ${name}`, hasBegun, { withinMs: 60_000 });
    }
  }

  get servers(): readonly Server[] {
    return this.#servers;
  }

  /** A server by its name. */
  server(name: string): Server {
    const server = this.#servers.find((one) => one.name === name);
    if (server === undefined) throw new RangeError(`Cannot find a server: received ${name}`);
    return server;
  }

  /** The processor time that all servers have used, in milliseconds. */
  get cpuMs(): number {
    return this.#servers.reduce((sum, { group }) => sum + group.cpuMs, 0);
  }

  /** The processor time that they may use together in a millisecond, in milliseconds. */
  get cores(): number {
    return this.#servers.reduce((sum, { cores }) => sum + cores, 0);
  }

  /** The last lines of every program's log. */
  async logs(): Promise<string> {
    return await this.#lan.logs();
  }

  /** Ends and removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lan[Symbol.asyncDispose]();
    const groups = [this.frontGroup, this.#clientGroup, ...this.#servers.map(({ group }) => group)];
    for (const group of groups) await group[Symbol.asyncDispose]();
  }
}

/** As unique as a namespace's, and removed by the same rule. */
function groupName(name: string): string {
  return namespaceName(crypto.randomUUID().slice(0, 4), name);
}
