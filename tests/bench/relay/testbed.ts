import type { Daemon } from "../../network/daemon.ts";
import { type Host, Lan } from "../../network/lan.ts";
import { waitFor } from "../../wait_for.ts";
import { pinned, type Placement } from "./placement.ts";
import type { Programs } from "./programs.ts";
import { writeServerConfiguration } from "./server_configuration.ts";

/** The port of the service that carries bulk data, beside the web servers' 80. */
export const bulkPort = 5201;

/**
 * What lets a machine open tens of thousands of connections in seconds without running out of ports,
 * and accept them: what an administrator would set on a busy proxy, here for everyone alike.
 */
const kernelSettings = [
  "net.ipv4.ip_local_port_range=1024 65535",
  "net.ipv4.tcp_tw_reuse=1",
  "net.core.somaxconn=65535",
];

/** A client, a front and two servers, each on a machine of its own in one network. */
export class Testbed implements AsyncDisposable {
  readonly placement: Placement;
  readonly client: Host;
  readonly front: Host;
  /** Each has an nginx on port 80 and an agent; the first also takes bulk data. */
  readonly servers: readonly [Host, Host];
  readonly programs: Programs;
  readonly #lan: Lan;

  private constructor(lan: Lan, hosts: {
    readonly client: Host;
    readonly front: Host;
    readonly servers: readonly [Host, Host];
    readonly programs: Programs;
    readonly placement: Placement;
  }) {
    this.#lan = lan;
    this.client = hosts.client;
    this.front = hosts.front;
    this.servers = hosts.servers;
    this.programs = hosts.programs;
    this.placement = hosts.placement;
  }

  /** Makes the network and starts the servers and their agents. */
  static async open(
    { programs, placement }: { programs: Programs; placement: Placement },
  ): Promise<Testbed> {
    const lan = await Lan.open();
    try {
      const client = await lan.attach("client");
      const front = await lan.attach("front");
      const servers = [await lan.attach("one"), await lan.attach("two")] as const;
      for (const host of [client, front, ...servers]) {
        await host.run("sysctl", "-qw", ...kernelSettings);
      }
      const testbed = new Testbed(lan, { client, front, servers, programs, placement });
      await testbed.#startServers();
      return testbed;
    } catch (error) {
      const logs = await lan.logs();
      await lan[Symbol.asyncDispose]();
      throw new Error(`Cannot start the testbed: ${logs}`, { cause: error });
    }
  }

  async #startServers(): Promise<void> {
    const [first] = this.servers;
    for (const host of this.servers) {
      const path = await writeServerConfiguration(host.directory);
      this.#startServer(host, ["nginx", "-p", host.directory, "-c", path]);
      const services = host === first ? `http=80,bulk=${bulkPort}` : "http=80";
      this.#startServer(host, this.programs.agent, { LB_SERVICES: services });
      await waitFor(`the server ${host.name}`, async () => {
        return await host.run("curl", "-sSf", "http://127.0.0.1/");
      }, { withinMs: 10_000 });
    }
    this.#startServer(first, ["iperf3", "--server", "--port", String(bulkPort)]);
  }

  #startServer(
    host: Host,
    commandLine: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): void {
    const [name = ""] = commandLine;
    host.start({ name, ...pinned(this.placement.others, commandLine), environment });
  }

  /** Starts a load balancer where load balancers belong. */
  startProxy(
    name: string,
    commandLine: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Daemon {
    return this.front.start({ name, ...pinned(this.placement.proxy, commandLine), environment });
  }

  /** Starts a client of ours, a program for Deno. */
  startClient(program: string, args: readonly string[]): Daemon {
    const commandLine = [Deno.execPath(), "run", "--quiet", "--allow-net", program, ...args];
    const { others } = this.placement;
    return this.client.start({ name: program, ...pinned(others, commandLine) });
  }

  /** Runs a load tool to its end, and gives what it wrote. */
  async load(...commandLine: string[]): Promise<string> {
    const { command, args } = pinned(this.placement.others, commandLine);
    return await this.client.run(command, ...args);
  }

  /** The last lines of every program's log. */
  async logs(): Promise<string> {
    return await this.#lan.logs();
  }

  /** Ends and removes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lan[Symbol.asyncDispose]();
  }
}
