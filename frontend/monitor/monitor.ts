import type { CommonSettings } from "../../lib/config/settings.ts";
import type { Endpoint } from "../../lib/net/endpoint.ts";
import { type InterfaceAddress, type UsableInterface } from "../../lib/net/interfaces.ts";
import type { SocketGuard } from "../../lib/protocol/datagram_guard.ts";
import { hasTypeOf } from "../../lib/protocol/envelope.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import { OncePer } from "../../lib/systemd/rate_limit.ts";
import { cameOverLoopback, type ProbePassing } from "./probe_passing.ts";
import { type ProbeSocket, ProbeSockets } from "./probe_sockets.ts";
import type { Prober } from "./prober.ts";
import { standstillBeatMs, StandstillWatch } from "./standstill.ts";

/** What a monitor works with. */
export interface MonitorOptions {
  readonly settings: Pick<CommonSettings, "group" | "port" | "interfaces"> & {
    readonly peers: readonly string[];
  };
  readonly prober: Prober;
  /** What other front ends ask this machine's agent. */
  readonly passing: ProbePassing;
  readonly logger: Logger;
  /** Keeps noise from the sockets. */
  readonly guard: SocketGuard;
  /** The machine's addresses; asked for once a round. */
  readonly listInterfaces: () => readonly InterfaceAddress[];
  /** The text of `/proc/net/udp`; null where it cannot be read. */
  readonly readUdpTable: () => string | null;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** How many datagrams the kernel has thrown away so far at our sockets, for want of room. */
  readonly lostDatagrams: () => number;
  /** Told how late every timer of the rounds came, in milliseconds, at least 0. */
  readonly timerCame: (lateMs: number) => void;
}

/** A trouble that lasts is told again after so many milliseconds. */
const sayAgainMs = 600_000;

/** Where an agent of this machine hears what is passed on to it. */
const agentAddress = "127.0.0.1";

/**
 * When in a round the silent are asked again, in parts of it, and how many of them at most: a lost
 * datagram, even several, must not look like a lost server, but where very many are silent, asking
 * all of them over and over would only add to what ails them.
 */
const asksAgain = [
  { at: 1 / 2, atMost: 1_024 },
  { at: 2 / 3, atMost: 50 },
  { at: 5 / 6, atMost: 50 },
];

/** Probes over the network: the sockets, and the timers of the rounds. */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #sockets: ProbeSockets;
  readonly #said = new OncePer({ intervalMs: sayAgainMs });
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #standstill = new StandstillWatch();
  #beat: ReturnType<typeof setInterval> | undefined;
  #lostBefore = 0;
  /** How long asking has held this program up in this round, in milliseconds. */
  #askingMs = 0;
  #stopped = false;

  /** Makes a monitor that is not started yet. */
  constructor(options: MonitorOptions) {
    this.#options = options;
    const { settings: { port, interfaces: wanted }, prober } = options;
    const { listInterfaces, logger, guard, readUdpTable, now } = options;
    this.#sockets = new ProbeSockets({
      ...{ port, wanted, listInterfaces, logger, guard, readUdpTable, now },
      claims: (sentFrom) => prober.keys.map((key) => prober.probe(now(), key, sentFrom)),
      take: (datagram, from, by) => this.#take(datagram, from, by),
    });
  }

  /** The interfaces on which it probes. */
  get interfaces(): UsableInterface[] {
    return this.#sockets.all.map((socket) => socket.interface);
  }

  /** Own addresses at which another program may take our answers. */
  get sharedAddresses(): readonly string[] {
    return this.#sockets.shared;
  }

  /**
   * Opens the sockets and begins to probe.
   *
   * @throws {Error} If no socket can be opened although there is a usable interface.
   */
  async start(): Promise<void> {
    const problem = await this.#sockets.follow();
    if (this.#sockets.all.length === 0 && problem !== null) {
      await this.stop();
      throw problem;
    }
    if (!this.#stopped) this.resume();
  }

  /** Begins to probe whatever is in the way: what cannot be opened now is tried in every round. */
  resume(): void {
    this.#sockets.resume();
    this.#lostBefore = this.#options.lostDatagrams();
    this.#round();
  }

  /** Stops probing until {@linkcode resume}, and keeps the addresses for a successor. */
  async pause(): Promise<void> {
    this.#endRound();
    await this.#sockets.reserve();
  }

  /** Ends probing and closes the sockets. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endRound();
    await this.#sockets.close();
  }

  #endRound(): void {
    this.#endWatch();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  // ---------------------------------------------------------------- rounds

  #round(): void {
    const { prober, now } = this.#options;
    this.#followInterfaces();
    const begin = now();
    const length = prober.beginRound(begin);
    let lateMs = 0;
    this.#askingMs = 0;
    this.#timeAsking(() => this.#askEveryone());
    const askAgain = (times: Iterator<typeof asksAgain[number]>) => {
      const { value: time } = times.next();
      if (time === undefined) return;
      this.#at(begin + time.at * length, (late) => {
        lateMs = Math.max(late - this.#askingMs, lateMs);
        if (this.#timeAsking(() => this.#askTheSilent(time.atMost))) askAgain(times);
      });
    };
    askAgain(asksAgain.values());
    this.#at(begin + length, (late) => {
      prober.endRound(now(), Math.max(late - this.#askingMs, lateMs), this.#newlyLost());
      this.#round();
    });
  }

  /** Measures how long asking holds this program up: that is no reason to excuse those who are silent. */
  #timeAsking<Result>(ask: () => Result): Result {
    const begin = this.#options.now();
    const result = ask();
    this.#askingMs += this.#options.now() - begin;
    return result;
  }

  #newlyLost(): number {
    const lost = this.#options.lostDatagrams();
    const newly = lost - this.#lostBefore;
    this.#lostBefore = lost;
    return newly;
  }

  #followInterfaces(): void {
    this.#sockets.follow().then((problem) => {
      if (problem === null || this.#stopped || this.#sockets.all.length > 0) return;
      this.#sayOnce("open", "error", `Nothing is probed: ${problem.message}`);
    });
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
    for (const socket of this.#sockets.all) this.#ask(socket, group);
    for (const peer of peers) this.#askByUnicast(peer, null);
  }

  /** @returns whether anybody was asked; who has answered is not asked again in this round. */
  #askTheSilent(atMost: number): boolean {
    const silent = this.#options.prober.askAgain(atMost);
    if (silent.length === 0) return false;
    this.#watchWhileAwaiting();
    for (const { address, via } of silent) this.#askByUnicast(address, via);
    return true;
  }

  /**
   * Asks by the interface that last heard the address, else by one that is near it, else by any. An
   * agent on this machine cannot be asked so: its datagrams would come to our own socket.
   */
  #askByUnicast(address: string, via: string | null): void {
    if (this.interfaces.some((own) => own.address === address)) return;
    const socket = this.#sockets.towards(address, via);
    if (socket !== undefined) this.#ask(socket, address);
  }

  #ask(by: ProbeSocket, hostname: string): void {
    const { prober, now, settings } = this.#options;
    const to = { transport: "udp", hostname, port: settings.port } as const;
    const { name, address } = by.interface;
    const sentFrom = { address, port: settings.port };
    const isToGroup = hostname === settings.group;
    for (const key of prober.keys) {
      const probe = prober.probe(now(), key, sentFrom, isToGroup);
      by.socket.connection.send(probe, to).then(
        () => prober.sent(name, hostname),
        (error) => this.#saySendFailed(name, hostname, error),
      );
    }
  }

  #saySendFailed(name: string, hostname: string, error: Error): void {
    if (this.#stopped) return;
    this.#options.prober.notSent(hostname);
    this.#sayOnce(
      `send ${name} ${hostname} ${error.name}`,
      "warn",
      `Cannot send probes to ${hostname} by ${name}: ${error.message}`,
    );
  }

  // ---------------------------------------------------------------- what comes in

  #take(datagram: Uint8Array, from: Endpoint, by: ProbeSocket): void {
    const { prober, passing, now } = this.#options;
    const arrived = now();
    this.#noteRunning(arrived);
    const { name, address } = by.interface;
    if (cameOverLoopback(from, address)) this.#passBack(datagram, from);
    else if (hasTypeOf("probe", datagram)) {
      if (passing.probe(datagram, from, arrived)) {
        this.#send(by, datagram, { hostname: agentAddress, port: this.#options.settings.port });
      }
    } else prober.receive(datagram, from.hostname, name, arrived);
  }

  /** Another front end has to find the report to come from where it says. */
  #passBack(datagram: Uint8Array, from: Endpoint): void {
    const passed = this.#options.passing.report(datagram, from, this.#options.now());
    if (passed === null) return;
    const by = this.#sockets.all.find((one) => one.interface.address === passed.sentFrom);
    if (by !== undefined) this.#send(by, datagram, passed.to);
  }

  #send({ socket }: ProbeSocket, datagram: Uint8Array, to: Endpoint): void {
    // The bytes are the receiver's own.
    socket.connection.send(datagram.slice(), { transport: "udp", ...to }).catch(() => {
      // Whoever asked asks again.
    });
  }

  #sayOnce(key: string, level: "warn" | "error", message: string): void {
    const line = this.#said.admit(key, message, this.#options.now());
    if (line !== null) this.#options.logger[level](line);
  }
}
