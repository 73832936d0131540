import {
  type InterfaceAddress,
  type UsableInterface,
  usableInterfaces,
} from "../lib/net/interfaces.ts";
import type { Logger } from "../lib/systemd/logger.ts";
import { planMemberships } from "./membership_plan.ts";
import type { Endpoint } from "./probing_monitors.ts";

/** Where and for whom to listen. */
export interface MulticastListenerOptions {
  /** An IPv4 multicast address. */
  readonly group: string;
  readonly port: number;
  /** Names of the interfaces to join on (`LB_INTERFACES`); null: all usable ones. */
  readonly interfaces: readonly string[] | null;
  readonly logger: Logger;
  /**
   * Takes a datagram as soon as it is there. The bytes are only valid until it returns.
   *
   * @param arrivedMicros The monotonic time of arrival.
   */
  readonly onDatagram: (datagram: Uint8Array, from: Endpoint, arrivedMicros: number) => void;
  /** Monotonic microseconds. */
  readonly nowMicros: () => number;
  /** The machine's addresses. */
  readonly listInterfaces: () => readonly InterfaceAddress[];
  /** The IPv4 groups joined per interface name, by the kernel's account; null: not to be had. */
  readonly readGroups: () => ReadonlyMap<string, readonly string[]> | null;
}

/** One more than the largest datagram that is accepted, so that a longer one is seen to be longer. */
const BUFFER_BYTES = 2048;
const LOOK_EVERY_MICROS = 2_000_000;
const RENEW_EVERY_MICROS = 60_000_000;
const PAUSE_AFTER_ERROR_MS = 100;
const ENOBUFS = 105;

type Membership = UsableInterface & { readonly leave: () => Promise<void> };

/**
 * The agent's ear: one UDP socket that hears the group on every usable interface, and is spoken to
 * directly as well.
 *
 * The socket is bound to all addresses (0.0.0.0) and shared (`SO_REUSEADDR`), which on Linux means:
 *
 * - A datagram to the group reaches every such socket on the machine, once each, so that several
 *   agents on one machine all answer, beside a front end.
 * - A datagram to one of the machine's own addresses reaches exactly one socket, the most narrowly
 *   bound one. A monitor on the same machine is bound to the addresses themselves and so gets its
 *   answers; but probes sent by unicast (`LB_PEERS`) reach no agent that shares a machine with a
 *   front end, and only one of several agents.
 * - The socket hears the group on every interface on which any program of the machine has joined it
 *   (`IP_MULTICAST_ALL`, ip(7)), not only on its own. That is harmless: such a probe is as true.
 *
 * An answer leaves from the address that the route to the monitor gives it, from the port that the
 * probe came to.
 */
export class MulticastListener {
  readonly #options: MulticastListenerOptions;
  readonly #socket: Deno.DatagramConn;
  readonly #receiving: Promise<void>;
  #memberships: Membership[] = [];
  #addresses: readonly InterfaceAddress[] = [];
  #looking: Promise<void> | null = null;
  #lookedMicros = -Infinity;
  #renewedMicros: number;
  /** What was last said of the interfaces, so that it is said once. */
  #said = "";
  #closed = false;

  /**
   * Opens the socket; the group is joined by the first {@linkcode look}.
   *
   * @throws {Error} If the port cannot be had; its message is for users.
   */
  constructor(options: MulticastListenerOptions) {
    this.#options = options;
    this.#socket = openSocket(options.port);
    this.#renewedMicros = options.nowMicros();
    this.#receiving = this.#receive();
  }

  /** The interfaces on which the group is joined. */
  get joined(): readonly UsableInterface[] {
    return this.#memberships.map(({ name, address, netmask }) => ({ name, address, netmask }));
  }

  /** The machine's addresses at the last look; to list them costs more than an answer does. */
  get addresses(): readonly InterfaceAddress[] {
    return this.#addresses;
  }

  /** Sends a datagram. */
  async send(bytes: Uint8Array, { hostname, port }: Endpoint): Promise<void> {
    await this.#socket.send(bytes, { transport: "udp", hostname, port });
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
      const { leave } = await this.#socket.joinMulticastV4(this.#options.group, one.address);
      this.#memberships.push({ ...one, leave });
    } catch (error) {
      failures.push(`${one.name} (${one.address}): ${reasonOf(error)}${remedyFor(error)}`);
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

  async #receive(): Promise<void> {
    const buffer = new Uint8Array(BUFFER_BYTES);
    let reported = "";
    while (!this.#closed) {
      try {
        const [datagram, from] = await this.#socket.receive(buffer);
        const arrived = this.#options.nowMicros();
        if (from.transport === "udp") this.#options.onDatagram(datagram, from, arrived);
      } catch (error) {
        if (this.#closed) return;
        if (reported !== (reported = reasonOf(error))) {
          this.#options.logger.error(`cannot receive: ${reported}; trying again`);
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_ERROR_MS));
      }
    }
  }

  /** Leaves the group and closes the socket. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#looking?.catch(() => {});
    this.#socket.close();
    await this.#receiving;
  }
}

function openSocket(port: number): Deno.DatagramConn {
  try {
    return Deno.listenDatagram({
      transport: "udp",
      hostname: "0.0.0.0",
      port,
      reuseAddress: true,
    });
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
  return reasonOf(error).includes(`(os error ${ENOBUFS})`)
    ? ", the limit of net.ipv4.igmp_max_memberships; raise it, or name fewer in LB_INTERFACES"
    : "";
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
