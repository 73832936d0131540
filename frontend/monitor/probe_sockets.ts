import { errorMessage } from "../../lib/error_message.ts";
import { DatagramSocket } from "../../lib/net/datagram_socket.ts";
import type { Endpoint } from "../../lib/net/endpoint.ts";
import {
  type InterfaceAddress,
  interfaceTowards,
  type UsableInterface,
  usableInterfaces,
} from "../../lib/net/interfaces.ts";
import { receiveDatagrams } from "../../lib/net/receive_datagrams.ts";
import type { SocketGuard } from "../../lib/protocol/datagram_guard.ts";
import type { Origin } from "../../lib/protocol/messages.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import { OncePer } from "../../lib/systemd/rate_limit.ts";
import { holdersOf } from "./udp_table.ts";

/** A socket on one of our interfaces. */
export interface ProbeSocket {
  readonly interface: UsableInterface;
  readonly socket: DatagramSocket;
  readonly receiving: Promise<void>;
}

/** What the sockets are opened for. */
export interface ProbeSocketsOptions {
  readonly port: number;
  /** `LB_INTERFACES`; null: all usable ones. */
  readonly wanted: readonly string[] | null;
  readonly listInterfaces: () => readonly InterfaceAddress[];
  readonly logger: Logger;
  /** Keeps noise from the sockets. */
  readonly guard: SocketGuard;
  /** The text of `/proc/net/udp`; null where it cannot be read. */
  readonly readUdpTable: () => string | null;
  /** Makes the probes by which an agent of this machine is asked to leave an address to us. */
  readonly claims: (sentFrom: Origin) => readonly Uint8Array[];
  /** Takes a datagram as soon as it is there. The bytes are only valid until it returns. */
  readonly take: (datagram: Uint8Array, from: Endpoint, by: ProbeSocket) => void;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** A trouble that lasts is told again after so many milliseconds. */
const sayAgainMs = 600_000;

/** How long an agent of this machine may take to leave an address, and how often that is looked at. */
const agentMayTakeMs = 500;
const lookEveryMs = 25;

/**
 * One socket per usable interface, bound to the interface's own address, so that a probe to the group
 * leaves by that interface, and answers come back to it on the same port. Nobody else can bind it, so
 * that no other user of this machine can take the answers.
 */
export class ProbeSockets {
  readonly #options: ProbeSocketsOptions;
  readonly #sockets = new Map<string, ProbeSocket>();
  readonly #said = new OncePer({ intervalMs: sayAgainMs });
  /** Interfaces whose address is being asked for. */
  readonly #asking = new Map<string, Promise<Error | null>>();
  #addresses: readonly InterfaceAddress[] = [];
  #shared: readonly string[] = [];
  #closed = false;

  /** Makes them without opening any. */
  constructor(options: ProbeSocketsOptions) {
    this.#options = options;
  }

  /** Those that are open. */
  get all(): readonly ProbeSocket[] {
    return [...this.#sockets.values()];
  }

  /** Own addresses that another socket is bound to as well, on our port: it may take our answers. */
  get shared(): readonly string[] {
    return this.#shared;
  }

  /** The one to reach an address by: that of an interface, else one that is near it, else any. */
  towards(address: string, via: string | null): ProbeSocket | undefined {
    const near = via ?? interfaceTowards(this.#addresses, address)?.name ?? "";
    return this.#sockets.get(near) ?? this.#sockets.values().next().value;
  }

  /** Whether an address is one of this machine's. */
  isOwn(address: string): boolean {
    return this.#addresses.some((own) => own.address === address);
  }

  /**
   * Opens sockets on interfaces that appeared and closes those on interfaces that went. What can be
   * had at once is open when this returns; what an agent of this machine has to leave, a little later.
   *
   * @returns why a socket could not be opened, if one could not.
   */
  async follow(): Promise<Error | null> {
    const { wanted, listInterfaces } = this.#options;
    this.#addresses = listInterfaces();
    const { usable, missing } = usableInterfaces(this.#addresses, wanted);
    this.#sayMissing(missing, usable.length === 0);
    for (const { interface: { name, address } } of this.all) {
      const still = usable.some((one) => one.name === name && one.address === address);
      if (!still) this.#close(name);
    }
    this.#watchShared();
    const problems = await Promise.all(usable.map((one) => this.#haveOpen(one)));
    return problems.find((problem) => problem !== null) ?? null;
  }

  #haveOpen(one: UsableInterface): Promise<Error | null> | Error | null {
    const { name } = one;
    if (this.#sockets.has(name)) return null;
    const asking = this.#asking.get(name);
    if (asking !== undefined) return asking;
    const failure = this.#open(one);
    if (failure === null) return null;
    if (!(failure instanceof Deno.errors.AddrInUse)) return this.#say(one, failure);
    const asked = this.#askFor(one).finally(() => this.#asking.delete(name));
    this.#asking.set(name, asked);
    return asked;
  }

  /** Asks whoever holds an address to leave it: an agent of this machine does. */
  async #askFor(one: UsableInterface): Promise<Error | null> {
    const { now } = this.#options;
    const deadline = now() + agentMayTakeMs;
    await this.#sendClaims(one.address);
    for (;;) {
      const failure = this.#closed ? null : this.#open(one);
      if (failure === null) return null;
      if (now() > deadline) return this.#say(one, failure);
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  async #sendClaims(hostname: string): Promise<void> {
    const { port, claims, readUdpTable } = this.#options;
    try {
      using socket = DatagramSocket.openExclusive({ hostname, port: 0 }, readUdpTable);
      const { port: own } = socket.connection.addr as Deno.NetAddr;
      for (const claim of claims({ address: hostname, port: own })) {
        await socket.connection.send(claim, { transport: "udp", hostname, port });
      }
    } catch {
      // The address has gone, or a firewall forbids it: then nobody leaves it.
    }
  }

  /** @returns the system's error where it cannot be opened. */
  #open(one: UsableInterface): Error | null {
    const { port, guard, logger, readUdpTable, take } = this.#options;
    const { name, address: hostname } = one;
    try {
      const socket = DatagramSocket.openExclusive({ hostname, port }, readUdpTable);
      guard.guard(socket);
      const receiving = receiveDatagrams(socket.connection, {
        take: (datagram, from) => take(datagram, from, open),
      });
      const open: ProbeSocket = { interface: one, socket, receiving };
      this.#sockets.set(name, open);
      logger.info(`Probing on ${name} from ${hostname}`);
      return null;
    } catch (error) {
      return error instanceof Error ? error : new Error(errorMessage(error));
    }
  }

  #close(name: string): void {
    const open = this.#sockets.get(name);
    if (open === undefined) return;
    this.#options.logger.info(`No longer probing on ${name} from ${open.interface.address}`);
    this.#sockets.delete(name);
    this.#options.guard.forget(open.socket);
    open.socket.close();
  }

  /**
   * Hears nothing more and keeps the addresses for a successor; what cannot be kept is closed. It may
   * be followed by {@linkcode resume}.
   */
  async reserve(): Promise<void> {
    await Promise.all(this.#asking.values());
    const open = this.all.filter(({ socket }) => !socket.reserve());
    for (const { interface: { name } } of open) this.#close(name);
    await Promise.all(open.map(({ receiving }) => receiving));
  }

  /** Hears again; what was closed is open at the next {@linkcode follow}. */
  resume(): void {
    for (const { interface: { name }, socket } of this.all) {
      if (!socket.takeBack()) this.#close(name);
    }
  }

  /** Closes all; resolves when their addresses are free. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#asking.values());
    const sockets = this.all;
    this.#sockets.clear();
    for (const { socket } of sockets) {
      this.#options.guard.forget(socket);
      socket.close();
    }
    await Promise.all(sockets.map(({ receiving }) => receiving));
  }

  // ---------------------------------------------------------------- what is said

  /** Nobody can bind our addresses beside us; where somebody has, that must not go unnoticed. */
  #watchShared(): void {
    const { port, readUdpTable, logger } = this.#options;
    const table = readUdpTable();
    const holders = this.all.map(({ interface: { address } }) => ({
      address,
      uids: holdersOf({ address, port }, table),
    }));
    const shared = holders.filter(({ uids }) => uids.length > 1);
    this.#shared = shared.map(({ address }) => address);
    for (const { address, uids } of shared) {
      const message =
        `UDP port ${port} on ${address} is bound by ${uids.length} sockets, of the user ids ` +
        `${uids.join(" and ")}: another program may take the servers' answers; stop it ` +
        `(ss -lunp 'sport = :${port}' names it)`;
      const line = this.#said.admit(`shared ${address}`, message, this.#options.now());
      if (line !== null) logger.error(line);
    }
  }

  #sayMissing(missing: readonly string[], none: boolean): void {
    for (const name of missing) {
      this.#sayOnce(
        `missing ${name}`,
        `LB_INTERFACES names ${name}, which has no IPv4 address or does not exist; ` +
          `there are: ${namesOf(this.#addresses)}`,
      );
    }
    if (none) {
      this.#sayOnce("none", "No usable network interface: waiting for one with an IPv4 address");
    }
  }

  /** Words why a socket cannot be opened, and says so where others can. */
  #say(one: UsableInterface, error: Error): Error {
    const { port, readUdpTable } = this.#options;
    const problem = explain(one, port, error, readUdpTable());
    if (this.#sockets.size > 0) {
      this.#sayOnce(`open ${one.name} ${one.address}`, problem.message);
    }
    return problem;
  }

  #sayOnce(key: string, message: string): void {
    const line = this.#said.admit(key, message, this.#options.now());
    if (line !== null) this.#options.logger.warn(line);
  }
}

function explain(
  { name, address }: UsableInterface,
  port: number,
  error: Error,
  table: string | null,
): Error {
  if (!(error instanceof Deno.errors.AddrInUse)) {
    const message = `Cannot open UDP port ${port} on ${name} (${address}): ${error.message}`;
    return new Error(message, { cause: error });
  }
  const [uid] = holdersOf({ address, port }, table);
  const whose = uid === undefined ? "" : ` of user id ${uid}`;
  return new Error(
    `UDP port ${port} on ${address} is held by another program${whose}: stop it ` +
      `(ss -lunp 'sport = :${port}' names it); where it is another front end, give one of them ` +
      "another LB_PORT, and agents that have it",
    { cause: error },
  );
}

function namesOf(addresses: readonly InterfaceAddress[]): string {
  return [...new Set(addresses.map(({ name }) => name))].join(", ") || "none";
}
