import { errorMessage } from "../lib/error_message.ts";
import { DatagramSocket } from "../lib/net/datagram_socket.ts";
import type { Endpoint } from "../lib/net/endpoint.ts";
import {
  type InterfaceAddress,
  isLoopback,
  type UsableInterface,
  usableInterfaces,
} from "../lib/net/interfaces.ts";
import { receiveDatagrams } from "../lib/net/receive_datagrams.ts";
import type { SocketGuard } from "../lib/protocol/datagram_guard.ts";
import type { Logger } from "../lib/systemd/logger.ts";
import type { Arrival } from "./arrival.ts";
import { planMemberships } from "./membership_plan.ts";
import { UnicastSockets } from "./unicast_sockets.ts";

/** Where and for whom to listen. */
export interface MulticastListenerOptions {
  /** An IPv4 multicast address. */
  readonly group: string;
  readonly port: number;
  /** Names of the interfaces to join on (`LB_INTERFACES`); null: all usable ones. */
  readonly interfaces: readonly string[] | null;
  readonly logger: Logger;
  /** Keeps noise from the sockets. */
  readonly guard: SocketGuard;
  /**
   * Takes a datagram as soon as it is there. The bytes are only valid until it returns.
   *
   * @param arrivedMicros The monotonic time of arrival.
   */
  readonly onDatagram: (datagram: Uint8Array, from: Arrival, arrivedMicros: number) => void;
  /** Monotonic microseconds. */
  readonly nowMicros: () => number;
  /** The machine's addresses. */
  readonly listInterfaces: () => readonly InterfaceAddress[];
  /** The IPv4 groups joined per interface name, by the kernel's account; null: not to be had. */
  readonly readGroups: () => ReadonlyMap<string, readonly string[]> | null;
  /** The text of `/proc/net/udp`; null where it cannot be read. */
  readonly readUdpTable: () => string | null;
}

const LOOK_EVERY_MICROS = 2_000_000;
const RENEW_EVERY_MICROS = 60_000_000;
const ENOBUFS = 105;

type Membership = UsableInterface & { readonly leave: () => Promise<void> };

/**
 * The agent's ear: a UDP socket that hears the group on every usable interface, and one on each of
 * the machine's addresses that nobody else holds.
 *
 * - The first one is bound to the group's address and shared (`SO_REUSEADDR`): a datagram to the group
 *   reaches every such socket on the machine, once each, so that several agents on one machine all
 *   answer, beside a front end. Nobody can take it from them.
 * - The others are not shared, so that no local user can take what comes to them. Of several agents
 *   the first one has them, and another takes them over when it ends. A front end on the same machine
 *   holds the addresses that it probes from, and asks for them where it comes second.
 * - The socket hears the group on every interface on which any program of the machine has joined it
 *   (`IP_MULTICAST_ALL`, ip(7)), not only on its own. That is harmless: such a probe is as true.
 *
 * An answer leaves from the group's socket: from the address that the route to the monitor gives it,
 * and from the port that the probe came to. Only what arrived over loopback is answered from there.
 */
export class MulticastListener {
  readonly #options: MulticastListenerOptions;
  readonly #socket: DatagramSocket;
  readonly #unicast: UnicastSockets;
  readonly #receiving: Promise<void>;
  #memberships: Membership[] = [];
  #addresses: readonly InterfaceAddress[] = [];
  #looking: Promise<void> | null = null;
  #lookedMicros = -Infinity;
  #renewedMicros: number;
  /** What was last said of the interfaces, so that it is said once. */
  #said = "";
  #saidFailure = "";

  /**
   * Opens the socket; the group is joined by the first {@linkcode look}.
   *
   * @throws {Error} If the port cannot be had; its message is for users.
   */
  constructor(options: MulticastListenerOptions) {
    this.#options = options;
    this.#socket = openGroup(options.group, options.port);
    options.guard.guard(this.#socket);
    this.#renewedMicros = options.nowMicros();
    const failed = (reason: string) => this.#sayFailure(reason);
    const take = (datagram: Uint8Array, from: Arrival) =>
      options.onDatagram(datagram, from, options.nowMicros());
    this.#unicast = new UnicastSockets({
      open: (address) => this.#openUnicast(address),
      closed: (socket) => options.guard.forget(socket),
      take: (datagram, { hostname, port }, at) => take(datagram, { hostname, port, at }),
      failed,
    });
    this.#receiving = receiveDatagrams(this.#socket.connection, { take, failed });
  }

  #openUnicast(hostname: string): DatagramSocket | null {
    const { port, guard, readUdpTable } = this.#options;
    try {
      const socket = DatagramSocket.openExclusive({ hostname, port }, readUdpTable);
      guard.guard(socket);
      return socket;
    } catch (error) {
      const { AddrInUse, AddrNotAvailable } = Deno.errors;
      if (error instanceof AddrInUse || error instanceof AddrNotAvailable) return null;
      throw error;
    }
  }

  /** The interfaces on which the group is joined. */
  get joined(): readonly UsableInterface[] {
    return this.#memberships.map(({ name, address, netmask }) => ({ name, address, netmask }));
  }

  /** The machine's addresses at the last look; to list them costs more than an answer does. */
  get addresses(): readonly InterfaceAddress[] {
    return this.#addresses;
  }

  /** The machine's addresses at which probes by unicast are heard. */
  get unicast(): readonly string[] {
    return this.#unicast.addresses;
  }

  /**
   * Sends a datagram.
   *
   * @param at Where the datagram arrived that is answered, if one is.
   */
  async send(bytes: Uint8Array, { hostname, port }: Endpoint, at?: string): Promise<void> {
    const local = at !== undefined && isLoopback(at) ? this.#unicast.at(at) : undefined;
    const { connection } = local ?? this.#socket;
    await connection.send(bytes, { transport: "udp", hostname, port });
  }

  /** Leaves an address to a front end of this machine, which asks for it; resolves when it is free. */
  async giveUp(address: string): Promise<void> {
    await this.#unicast.giveUp(address, this.#options.nowMicros());
  }

  /** Looks at the interfaces if it is time to: to be called about once a second. */
  async lookIfDue(): Promise<void> {
    if (this.#options.nowMicros() - this.#lookedMicros >= LOOK_EVERY_MICROS) await this.look();
  }

  /** Looks at the interfaces, and joins and leaves so that the group is heard on the usable ones. */
  async look(): Promise<void> {
    // Two at a time would join twice.
    await (this.#looking ??= this.#look().finally(() => this.#looking = null));
  }

  async #look(): Promise<void> {
    const { interfaces, listInterfaces, readGroups, group, nowMicros, logger } = this.#options;
    const now = this.#lookedMicros = nowMicros();
    const renew = now - this.#renewedMicros >= RENEW_EVERY_MICROS;
    if (renew) this.#renewedMicros = now;
    const all = this.#addresses = listInterfaces();
    await this.#unicast.follow(all, now);
    const { usable, missing } = usableInterfaces(all, interfaces);
    const groups = readGroups();
    const plan = planMemberships({
      joined: this.#memberships,
      usable,
      isMember: groups && ((name) => groups.get(name)?.includes(group) ?? false),
      renew,
    });
    for (const { name } of plan.lost) {
      logger.warn(
        `The membership of ${group} on ${name} was lost (was it made anew?); joining again`,
      );
    }
    for (const one of plan.leave) await this.#leave(one);
    const failures: string[] = [];
    for (const one of plan.join) await this.#join(one, failures);
    this.#say(all, missing, failures);
  }

  async #leave({ name, address }: UsableInterface): Promise<void> {
    const at = this.#memberships.findIndex((one) => one.name === name && one.address === address);
    const [membership] = this.#memberships.splice(at, 1);
    // The kernel refuses where the device took the membership along: then it has been left.
    await membership?.leave().catch(() => {});
  }

  async #join(one: UsableInterface, failures: string[]): Promise<void> {
    try {
      const { leave } = await this.#socket.connection.joinMulticastV4(
        this.#options.group,
        one.address,
      );
      this.#memberships.push({ ...one, leave });
    } catch (error) {
      failures.push(`${one.name} (${one.address}): ${errorMessage(error)}${remedyFor(error)}`);
    }
  }

  /** Says on which interfaces the agent can be found, whenever that has changed. */
  #say(all: readonly InterfaceAddress[], missing: readonly string[], failures: string[]): void {
    const { group, port, logger } = this.#options;
    const joined = this.#memberships.map(({ name, address }) => `${name} (${address})`).sort();
    const said = JSON.stringify([joined, missing, failures]);
    if (said === this.#said) return;
    this.#said = said;
    if (joined.length > 0) logger.info(`Joined ${group}:${port} on ${joined.join(", ")}`);
    for (const failure of failures) {
      logger.warn(`Cannot join ${group} on ${failure}; trying again every 2 s`);
    }
    const known = [...new Set(all.filter(isIPv4).map(({ name }) => name))].join(", ") || "none";
    if (missing.length > 0) {
      logger.warn(
        `LB_INTERFACES names ${missing.join(", ")}, which has no IPv4 address on this machine; ` +
          `interfaces that have one: ${known}; waiting for it to appear`,
      );
    } else if (joined.length === 0 && failures.length === 0) {
      logger.warn(
        "No network interface has an IPv4 address, so no front end can find this agent; " +
          "waiting for one to appear: see `ip address`",
      );
    }
  }

  #sayFailure(reason: string): void {
    if (this.#saidFailure === reason) return;
    this.#saidFailure = reason;
    this.#options.logger.error(`cannot receive: ${reason}; trying again`);
  }

  /** Leaves the group and closes the sockets. */
  async close(): Promise<void> {
    await this.#looking?.catch(() => {});
    this.#socket.close();
    await Promise.all([this.#receiving, this.#unicast.close()]);
  }
}

function openGroup(hostname: string, port: number): DatagramSocket {
  try {
    return DatagramSocket.openShared({ hostname, port });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new Error(
      `UDP port ${port} is taken by a program that does not share it; find it with ` +
        `\`ss -lunp 'sport = :${port}'\`, or set LB_PORT to another port on every machine`,
      { cause: error },
    );
  }
}

function isIPv4({ family }: InterfaceAddress): boolean {
  return family === "IPv4";
}

/** A socket may be a member on so many interfaces and no more (ip-sysctl.rst). */
function remedyFor(error: unknown): string {
  return errorMessage(error).includes(`(os error ${ENOBUFS})`)
    ? ", the limit of net.ipv4.igmp_max_memberships; raise it, or name fewer in LB_INTERFACES"
    : "";
}
