import type { CommonSettings } from "../../lib/config/settings.ts";
import {
  type InterfaceAddress,
  interfaceTowards,
  type UsableInterface,
  usableInterfaces,
} from "../../lib/net/interfaces.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import { OncePer } from "../../lib/systemd/rate_limit.ts";
import type { Prober } from "./prober.ts";
import { standstillBeatMs, StandstillWatch } from "./standstill.ts";

/** What a monitor works with. */
export interface MonitorOptions {
  readonly settings: Pick<CommonSettings, "group" | "port" | "interfaces"> & {
    readonly peers: readonly string[];
  };
  readonly prober: Prober;
  readonly logger: Logger;
  /** The machine's addresses; asked for once a round. */
  readonly listInterfaces: () => readonly InterfaceAddress[];
  /** Whether another front end of this machine probes from an address of ours. */
  readonly isHeld: (address: string) => boolean;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** How many datagrams the kernel has thrown away so far at our port of these addresses. */
  readonly lostDatagrams: (addresses: readonly string[]) => number;
  /** Told how late every timer of the rounds came, in milliseconds, at least 0. */
  readonly timerCame: (lateMs: number) => void;
}

/** A socket on one of our interfaces. */
interface InterfaceSocket {
  readonly interface: UsableInterface;
  readonly connection: Deno.DatagramConn;
  readonly receiving: Promise<void>;
}

/** A trouble that lasts is told again after so many milliseconds. */
const sayAgainMs = 600_000;

/** Larger than any message: what fills it more is refused by its size. */
const receiveBytes = 2_048;

/**
 * When in a round the silent are asked again, in parts of it, and how many of them at most: a lost
 * datagram, even several, must not look like a lost server, but where very many are silent, asking
 * all of them over and over would only add to what ails them.
 */
const asksAgain = [
  { at: 1 / 2, atMost: Infinity },
  { at: 2 / 3, atMost: 50 },
  { at: 5 / 6, atMost: 50 },
];

/** Pause after a receive error that does not end the socket, in milliseconds. */
const errorPauseMs = 100;

/**
 * Probes over the network: one socket per usable interface, bound to the interface's own address
 * (so that a probe to the group leaves by that interface, and answers come back to it on the same
 * port), and the timers of the rounds.
 */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #sockets = new Map<string, InterfaceSocket>();
  #addresses: readonly InterfaceAddress[] = [];
  readonly #said = new OncePer({ intervalMs: sayAgainMs });
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #standstill = new StandstillWatch();
  #beat: ReturnType<typeof setInterval> | undefined;
  #lostBefore = 0;
  #stopped = false;

  /** Makes a monitor that is not started yet. */
  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  /** The interfaces on which it probes. */
  get interfaces(): UsableInterface[] {
    return [...this.#sockets.values()].map((socket) => socket.interface);
  }

  /**
   * Opens the sockets and begins to probe.
   *
   * @throws {Error} If no socket can be opened although there is a usable interface.
   */
  start(): void {
    const problem = this.#followInterfaces();
    if (this.#sockets.size === 0 && problem !== null) throw problem;
    this.#round();
  }

  /** Ends probing and closes the sockets. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endWatch();
    for (const timer of this.#timers) clearTimeout(timer);
    const sockets = [...this.#sockets.values()];
    this.#sockets.clear();
    for (const { connection } of sockets) connection.close();
    await Promise.all(sockets.map(({ receiving }) => receiving));
  }

  // ---------------------------------------------------------------- rounds

  #round(): void {
    const { prober, now } = this.#options;
    const problem = this.#followInterfaces();
    if (problem !== null) this.#sayOnce("open", problem.message);
    const begin = now();
    const length = prober.beginRound(begin);
    let lateMs = 0;
    this.#askEveryone();
    const askAgain = (times: Iterator<typeof asksAgain[number]>) => {
      const { value: time } = times.next();
      if (time === undefined) return;
      this.#at(begin + time.at * length, (late) => {
        lateMs = Math.max(late, lateMs);
        if (this.#askTheSilent(time.atMost)) askAgain(times);
      });
    };
    askAgain(asksAgain.values());
    this.#at(begin + length, (late) => {
      prober.endRound(now(), Math.max(late, lateMs), this.#newlyLost());
      this.#round();
    });
  }

  /** Datagrams that were lost since it was last asked; fewer in all than before: a new socket. */
  #newlyLost(): number {
    const lost = this.#options.lostDatagrams(this.interfaces.map(({ address }) => address));
    const newly = Math.max(0, lost - this.#lostBefore);
    this.#lostBefore = lost;
    return newly;
  }

  /**
   * Watches over this program until the answers are there: an idle one is not to be woken for ever.
   * What comes in late all the same comes after a gap, and is not taken for the network's time.
   */
  #watchWhileAwaiting(): void {
    const { now, prober } = this.#options;
    this.#noteRunning(now());
    this.#beat ??= setInterval(() => {
      this.#noteRunning(now());
      if (!prober.isAwaitingAnswers) this.#endWatch();
    }, standstillBeatMs);
  }

  #endWatch(): void {
    clearInterval(this.#beat);
    this.#beat = undefined;
  }

  #noteRunning(time: number): void {
    if (this.#standstill.note(time)) this.#options.prober.stoodStill(time);
  }

  #at(time: number, action: (lateMs: number) => void): void {
    const { now, timerCame } = this.#options;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (this.#stopped) return;
      const lateMs = now() - time;
      timerCame(Math.max(0, lateMs));
      action(lateMs);
    }, Math.max(0, time - now()));
    this.#timers.add(timer);
  }

  #askEveryone(): void {
    const { group, peers } = this.#options.settings;
    this.#watchWhileAwaiting();
    for (const socket of this.#sockets.values()) this.#ask(socket, group);
    for (const peer of peers) this.#askByUnicast(peer, null);
  }

  /** @returns whether anybody was silent; who has answered stays so for the rest of the round. */
  #askTheSilent(atMost: number): boolean {
    const silent = this.#options.prober.silentPaths();
    if (silent.length === 0) return false;
    this.#watchWhileAwaiting();
    for (const { address, via } of silent.slice(0, atMost)) this.#askByUnicast(address, via);
    return true;
  }

  /**
   * Asks by the interface that last heard the address, else by one that is near it, else by any. An
   * agent on this machine cannot be asked so: its datagrams would come to our own socket.
   */
  #askByUnicast(address: string, via: string | null): void {
    if (this.interfaces.some((own) => own.address === address)) return;
    const near = via ?? interfaceTowards(this.#addresses, address)?.name ?? "";
    const socket = this.#sockets.get(near) ?? this.#sockets.values().next().value;
    if (socket !== undefined) this.#ask(socket, address);
  }

  #ask(socket: InterfaceSocket, hostname: string): void {
    const { prober, now, settings } = this.#options;
    const to = { transport: "udp", hostname, port: settings.port } as const;
    const sentFrom = { address: socket.interface.address, port: settings.port };
    for (const key of prober.keys) {
      socket.connection.send(prober.probe(now(), key, sentFrom), to).then(
        () => prober.sent(socket.interface.name, hostname),
        (error) => this.#saySendFailed(socket, hostname, error),
      );
    }
  }

  #saySendFailed(socket: InterfaceSocket, hostname: string, error: Error): void {
    if (this.#stopped) return;
    this.#options.prober.notSent();
    this.#sayOnce(
      `send ${socket.interface.name} ${hostname} ${error.name}`,
      `Cannot send probes to ${hostname} by ${socket.interface.name}: ${error.message}`,
    );
  }

  // ---------------------------------------------------------------- interfaces

  /**
   * Opens sockets on interfaces that appeared and closes those on interfaces that went.
   *
   * @returns why a socket could not be opened, if one could not.
   */
  #followInterfaces(): Error | null {
    const { settings: { interfaces: wanted }, listInterfaces } = this.#options;
    this.#addresses = listInterfaces();
    const { usable, missing } = usableInterfaces(this.#addresses, wanted);
    for (const name of missing) {
      this.#sayOnce(
        `missing ${name}`,
        `LB_INTERFACES names ${name}, which has no IPv4 address or does not exist; ` +
          `there are: ${namesOf(this.#addresses)}`,
      );
    }
    if (usable.length === 0) {
      this.#sayOnce("none", "No usable network interface: waiting for one with an IPv4 address");
    }
    for (const socket of this.#sockets.values()) {
      const still = usable.some((one) =>
        one.name === socket.interface.name && one.address === socket.interface.address
      );
      if (!still) this.#close(socket);
    }
    let problem: Error | null = null;
    for (const one of usable) {
      const failure = this.#open(one);
      if (failure !== null && this.#sockets.size > 0) {
        this.#sayOnce(`open ${one.name} ${one.address}`, failure.message);
      }
      problem = failure ?? problem;
    }
    return problem;
  }

  #open(one: UsableInterface): Error | null {
    if (this.#sockets.has(one.name)) return null;
    const { settings: { port }, isHeld } = this.#options;
    if (isHeld(one.address)) {
      return new Error(
        `Another front end of this machine probes from ${one.address}:${port}, and would lose its ` +
          "answers to this one: stop it, or give this one another LB_PORT and agents that have it",
      );
    }
    try {
      const connection = Deno.listenDatagram({
        transport: "udp",
        hostname: one.address,
        port,
        // An agent on the same machine holds the port too, and is to hear our probes.
        reuseAddress: true,
        loopback: true,
      });
      const receiving = this.#receive(connection, one.name);
      this.#sockets.set(one.name, { interface: one, connection, receiving });
      this.#options.logger.info(`Probing on ${one.name} from ${one.address}`);
      return null;
    } catch (error) {
      return explain(one, port, error as Error);
    }
  }

  #close(socket: InterfaceSocket): void {
    const { name, address } = socket.interface;
    this.#options.logger.info(`No longer probing on ${name} from ${address}`);
    this.#sockets.delete(name);
    socket.connection.close();
  }

  async #receive(connection: Deno.DatagramConn, via: string): Promise<void> {
    const { prober, now } = this.#options;
    const buffer = new Uint8Array(receiveBytes);
    while (!this.#stopped) {
      try {
        const [datagram, from] = await connection.receive(buffer);
        const arrived = now();
        this.#noteRunning(arrived);
        prober.receive(datagram, (from as Deno.NetAddr).hostname, via, arrived);
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) {
          return;
        }
        // For one, an ICMP "port unreachable" from a machine without an agent comes up here.
        await new Promise((resolve) => setTimeout(resolve, errorPauseMs));
      }
    }
  }

  #sayOnce(key: string, message: string): void {
    const line = this.#said.admit(key, message, this.#options.now());
    if (line !== null) this.#options.logger.warn(line);
  }
}

function explain({ name, address }: UsableInterface, port: number, error: Error): Error {
  const message = error instanceof Deno.errors.AddrInUse
    ? `UDP port ${port} on ${address} is held by another program: stop it ` +
      `(ss -lunp 'sport = :${port}' names it) or set LB_PORT on all machines`
    : `Cannot open UDP port ${port} on ${name} (${address}): ${error.message}`;
  return new Error(message, { cause: error });
}

function namesOf(addresses: readonly InterfaceAddress[]): string {
  return [...new Set(addresses.map(({ name }) => name))].join(", ") || "none";
}
