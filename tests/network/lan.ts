import { Daemon, type DaemonOptions } from "./daemon.ts";
import {
  addNamespace,
  namespaceName,
  removeLeftovers,
  removeNamespace,
} from "./network_namespace.ts";
import { runCommand } from "./run_command.ts";

/** The name that the link has inside every host. */
export const linkName = "eth0";

/**
 * What passes the switch is not shown to the firewall of the machine that plays it, which some kernels
 * do by default and which costs several times as much as all the rest.
 */
const unfiltered = "net.bridge.bridge-nf-call-iptables=0";

/**
 * A machine tells its neighbours when it has a new card under its old address, as what manages the
 * network on a server does; else they go on sending to the former card for half a minute.
 */
const announcesItself = "net.ipv4.conf.all.arp_notify=1";

/** A local network of its own: a switch, and the machines that are plugged into it. */
export class Lan implements AsyncDisposable {
  readonly #name: string;
  readonly #switch: string;
  /** Where the hosts keep their files. */
  readonly #directory: string;
  readonly #namespaces: string[] = [];
  readonly #hosts: Host[] = [];
  #lastAddress = 0;

  private constructor(name: string, directory: string) {
    this.#name = name;
    this.#switch = namespaceName(name, "switch");
    this.#directory = directory;
  }

  /** Makes a network without any machine. */
  static async open(): Promise<Lan> {
    await removeLeftovers();
    const directory = await Deno.makeTempDir({ prefix: "lb-lan-" });
    const lan = new Lan(crypto.randomUUID().slice(0, 4), directory);
    try {
      await lan.#addNamespace(lan.#switch);
      await runCommand("ip", "-n", lan.#switch, "link", "add", "bridge", "up", "type", "bridge");
      await runCommand("ip", "netns", "exec", lan.#switch, "sysctl", "-qew", unfiltered);
    } catch (error) {
      await lan[Symbol.asyncDispose]();
      throw error;
    }
    return lan;
  }

  /** Plugs in a new machine. */
  async attach(name: string): Promise<Host> {
    const namespace = namespaceName(this.#name, name);
    const directory = `${this.#directory}/${name}`;
    await Deno.mkdir(directory);
    await this.#addNamespace(namespace);
    await runCommand("ip", "netns", "exec", namespace, "sysctl", "-qw", announcesItself);
    const host = new Host({
      name,
      namespace,
      directory,
      plugIn: (address) => this.#plugIn(name, address),
    });
    this.#hosts.push(host);
    await host.plugIn();
    return host;
  }

  async #addNamespace(name: string): Promise<void> {
    await addNamespace(name);
    this.#namespaces.push(name);
  }

  /** A cable from the switch to a machine, which is given a new address unless it has one. */
  async #plugIn(host: string, given: string | null): Promise<string> {
    const [there, here] = [namespaceName(this.#name, host), `to-${host}`];
    const address = given ?? `10.77.0.${++this.#lastAddress}`;
    const inSwitch = ["-n", this.#switch, "link"];
    const peer = ["peer", "name", linkName, "netns", there];
    await runCommand("ip", ...inSwitch, "add", here, "type", "veth", ...peer);
    await runCommand("ip", ...inSwitch, "set", here, "up", "master", "bridge");
    await runCommand("ip", "-n", there, "address", "add", `${address}/24`, "dev", linkName);
    await runCommand("ip", "-n", there, "link", "set", linkName, "up");
    return address;
  }

  /** The last lines of every daemon's log, for someone who looks for the reason of a failure. */
  async logs(): Promise<string> {
    const texts: string[] = [];
    for (const daemon of this.#hosts.flatMap(({ daemons }) => daemons)) {
      const lines = (await daemon.log()).trimEnd().split("\n").slice(-40);
      texts.push(`--- ${daemon.name}`, ...lines);
    }
    return texts.join("\n");
  }

  /** Ends everything that runs in the network and removes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const host of this.#hosts) {
      for (const daemon of host.daemons) await daemon[Symbol.asyncDispose]();
    }
    for (const name of this.#namespaces.toReversed()) await removeNamespace(name);
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** A machine in a network: a network namespace and a directory. */
export class Host {
  readonly name: string;
  readonly namespace: string;
  /** For its files. */
  readonly directory: string;
  /** All that was ever started, running or not. */
  readonly daemons: Daemon[] = [];
  readonly #plugIn: (address: string | null) => Promise<string>;
  #address = "";

  constructor({ name, namespace, directory, plugIn }: {
    name: string;
    namespace: string;
    directory: string;
    plugIn: (address: string | null) => Promise<string>;
  }) {
    this.name = name;
    this.namespace = namespace;
    this.directory = directory;
    this.#plugIn = plugIn;
  }

  /** Its IPv4 address. */
  get address(): string {
    return this.#address;
  }

  /** Gives it a link, with an address that was never used before. */
  async plugIn(): Promise<void> {
    this.#address = await this.#plugIn(null);
  }

  /** Gives it a link under the address that the last one had. */
  async plugInAgain(): Promise<void> {
    this.#address = await this.#plugIn(this.#address);
  }

  /** Changes the address of its link, which stays up. */
  async readdress(address: string): Promise<void> {
    const inside = ["-n", this.namespace, "address"];
    await runCommand("ip", ...inside, "delete", `${this.#address}/24`, "dev", linkName);
    await runCommand("ip", ...inside, "add", `${address}/24`, "dev", linkName);
    this.#address = address;
  }

  /** Removes its link, as when a cable is pulled out together with its card. */
  async unplug(): Promise<void> {
    await runCommand("ip", "-n", this.namespace, "link", "delete", linkName);
  }

  /** Takes its link down or brings it up again; the address stays. */
  async setLink(state: "up" | "down"): Promise<void> {
    await runCommand("ip", "-n", this.namespace, "link", "set", linkName, state);
  }

  /** Runs a command on it to its end; see `runCommand`. */
  async run(command: string, ...args: string[]): Promise<string> {
    return await runCommand("ip", "netns", "exec", this.namespace, command, ...args);
  }

  /** Starts a daemon on it. */
  start(options: Omit<DaemonOptions, "namespace" | "logPath">): Daemon {
    const name = `${this.name}: ${options.name}`;
    const logPath = `${this.directory}/${this.daemons.length}.log`;
    const daemon = new Daemon({ ...options, name, namespace: this.namespace, logPath });
    this.daemons.push(daemon);
    return daemon;
  }
}
