import { parseIgmpGroups, readTcpListeners, readText } from "deno-systeminfo-free";
import type { AgentSettings } from "../lib/config/settings.ts";
import { backendId, formatBackendId } from "../lib/protocol/backend_id.ts";
import type { HttpServer } from "../lib/http/http_server.ts";
import { interfaceLister } from "../lib/net/list_interfaces.ts";
import { DatagramAccount } from "../lib/net/datagram_account.ts";
import { quietLibcProblem } from "../lib/net/quiet_libc.ts";
import { DatagramGuard } from "../lib/protocol/datagram_guard.ts";
import { KeyRing } from "../lib/protocol/key_ring.ts";
import type { ServiceReport } from "../lib/protocol/messages.ts";
import { type RefusalReason, refusalSentences } from "../lib/protocol/refusal.ts";
import type { ProgramContext } from "../lib/program/serve_program.ts";
import type { Logger } from "../lib/systemd/logger.ts";
import type { Notifier } from "../lib/systemd/notify.ts";
import { OncePer } from "../lib/systemd/rate_limit.ts";
import { RefusalLimit } from "../lib/systemd/refusal_limit.ts";
import { sourceBySubnet } from "../lib/net/interfaces.ts";
import { exposition } from "../lib/metrics/exposition.ts";
import { sourceAddressTowards } from "../lib/net/source_address.ts";
import { readProcessFigures } from "../lib/metrics/process_figures.ts";
import { version } from "../lib/version.ts";
import type { Arrival } from "./arrival.ts";
import { FigureReader } from "./figures.ts";
import { LoadSampler } from "./load_sampler.ts";
import { agentMetrics } from "./metrics.ts";
import { MulticastListener } from "./multicast_listener.ts";
import type { ServiceChecks } from "./check/service_checks.ts";
import type { Endpoint } from "./probing_monitors.ts";
import { type Figures, type Outgoing, type Reception, Responder } from "./responder.ts";
import { serviceChanges, serviceLabel } from "./service_changes.ts";
import { checkServices } from "./service_check.ts";
import { type AgentStatus, type MonitorStatus, statusLine } from "./status.ts";

/** What an agent is made with. */
export interface AgentOptions extends ProgramContext<AgentSettings> {
  /** From {@linkcode agentIdentity}. */
  readonly identity: bigint;
  /** Whether it asks for no new connections to begin with. */
  readonly draining?: boolean;
}

type Timer = ReturnType<typeof setTimeout>;
type Answer = Extract<Reception, { kind: "answer" }>;
type Refused = Extract<Reception, { kind: "refused" }>;

const TICK_MS = 1000;
/** Some 170 probes; no front end sends more than a few at once. */
const RECEIVE_BUFFER_BYTES = 400 << 10;
const REFUSALS_LOGGED_EVERY_MS = 60_000;
/** One datagram may be lost; three in a row hardly are. */
const LEAVING_REPEATS = 3;
const LEAVING_GAP_MS = 25;

/** The agent at work: gives the responder its socket, its clock, its timers and its figures. */
export class Agent {
  readonly #settings: AgentSettings;
  readonly #identity: bigint;
  readonly #logger: Logger;
  readonly #notifier: Notifier;
  readonly #watchdogMs: number | null;
  readonly #keys: KeyRing;
  readonly #responder: Responder;
  readonly #guard: DatagramGuard;
  readonly #listener: MulticastListener;
  #metricsServer: HttpServer | null = null;
  readonly #account: DatagramAccount;
  #checks: ServiceChecks | null = null;
  readonly #sampler = new LoadSampler(readText);
  readonly #figures: FigureReader;
  readonly #refusalLimit = new RefusalLimit();
  readonly #limit = new OncePer({ intervalMs: REFUSALS_LOGGED_EVERY_MS });
  readonly #startedMs = performance.now();
  readonly #waitingAnswers = new Set<Timer>();
  #tickTimer: Timer | undefined;
  #stopped = false;
  /** What was last found at each of this machine's addresses; under null: at any. */
  readonly #services = new Map<string | null, readonly ServiceReport[]>();
  #live: readonly string[] = [];
  #statusLine = "";

  /**
   * Opens the socket.
   *
   * @throws {Error} If the port cannot be had; its message is for users.
   */
  constructor({ settings, identity, logger, notifier, watchdogMs, draining }: AgentOptions) {
    const { key, keyPrevious, services, advertise, group, port, interfaces } = settings;
    this.#settings = settings;
    this.#identity = identity;
    this.#logger = logger;
    this.#notifier = notifier;
    this.#watchdogMs = watchdogMs;
    this.#keys = KeyRing.fromSettings(key, keyPrevious);
    const sourceTowards = (to: string) =>
      sourceAddressTowards(to) ?? sourceBySubnet(this.#listener.addresses, to);
    const [instance = 0n] = crypto.getRandomValues(new BigUint64Array(1));
    this.#responder = new Responder({
      keys: this.#keys,
      self: { agent: identity, instance, advertise, version },
      random: Math.random,
      surroundings: {
        port,
        isOwnAddress: (address) => this.#listener.addresses.some((own) => own.address === address),
        sourceTowards,
      },
    });
    this.#responder.draining = draining ?? false;
    this.#figures = new FigureReader({
      advertise,
      sampleLoad: (nowMs) => this.#sampler.sample(nowMs),
      checkServices: (reachableAt) => checkServices(services, readTcpListeners, reachableAt),
      checkOf: (port) => this.#checks?.outcomeOf(port) ?? null,
      listInterfaces: () => this.#listener.addresses,
      sourceTowards,
      readText,
    });
    this.#guard = new DatagramGuard({
      types: ["probe"],
      keys: this.#keys,
      bufferBytes: RECEIVE_BUFFER_BYTES,
      logger,
      problem: quietLibcProblem,
    });
    this.#listener = new MulticastListener({
      group,
      port,
      interfaces,
      logger,
      guard: this.#guard,
      onDatagram: (datagram, from, arrived) => this.#take(datagram, from, arrived),
      nowMicros,
      listInterfaces: interfaceLister(),
      readGroups,
      readUdpTable,
    });
    this.#account = new DatagramAccount({
      port,
      addresses: () => [group, ...this.#listener.unicast],
      tables: () => ({ udp: readUdpTable(), snmp: readText("/proc/net/snmp") }),
    });
  }

  /** Opens the port that metrics are served on, where that is wanted. */
  async #serveMetrics(): Promise<void> {
    const { metrics: place } = this.#settings;
    const logger = this.#logger;
    if (place === null) return;
    // Only now: without metrics an agent needs nothing of Node's HTTP server.
    const { serveMetrics } = await import("./metrics_server.ts");
    this.#metricsServer = await serveMetrics({ place, logger, metrics: () => this.metrics() });
  }

  async #startChecks(): Promise<void> {
    const { checks, services } = this.#settings;
    if (checks.length === 0) return;
    // Only now, as above.
    const [{ ServiceChecks }, { runCheck }] = await Promise.all([
      import("./check/service_checks.ts"),
      import("./check/run_check.ts"),
    ]);
    const listeners = () => [
      ...readTcpListeners("IPv4") ?? [],
      ...readTcpListeners("IPv6") ?? [],
    ];
    this.#checks = new ServiceChecks({
      checks,
      services,
      run: runCheck,
      listeners,
      logger: this.#logger,
      nowMs: () => performance.now(),
      onChange: () => void this.#announce(),
    });
    this.#checks.start();
  }

  /**
   * Serves the metrics, joins the group and begins the work that is done every second.
   *
   * @throws {Error} If the metrics' port cannot be had; its message is for users.
   */
  async start(): Promise<void> {
    this.#sayStart();
    await this.#serveMetrics().catch(async (error) => {
      await this.close();
      throw error;
    });
    await this.#startChecks();
    await this.#listener.look();
    this.#figuresFor(null);
    await this.#tickAgainAndAgain();
  }

  async #tickAgainAndAgain(): Promise<void> {
    await this.#tick();
    if (this.#stopped) return;
    const pauseMs = Math.min(TICK_MS, this.#watchdogMs ?? TICK_MS);
    this.#tickTimer = setTimeout(() => this.#tickAgainAndAgain(), pauseMs);
  }

  #sayStart(): void {
    const { group, port, services, advertise } = this.#settings;
    const labels = services.map(serviceLabel).join(", ");
    const elsewhere = advertise === null ? "" : ` at ${advertise}`;
    this.#logger.info(
      `lb-agent ${version}, id ${hex(this.#identity)}: advertises ${labels}${elsewhere} ` +
        `to front ends that probe ${group}:${port}`,
    );
    if (!this.#keys.authenticated) {
      this.#logger.warn(
        "LB_KEY is not set: messages are checked for damage only, and anyone on the network can " +
          "speak as a front end; `lb-frontend keygen` prints a key to set on every machine",
      );
    }
  }

  // ---------------------------------------------------------------- probes and answers

  #take(datagram: Uint8Array, from: Arrival, arrivedMicros: number): void {
    const reception = this.#responder.receive(datagram, from, arrivedMicros);
    if (reception.kind === "refused") {
      this.#guard.refused(reception.reason);
      this.#sayRefused(reception, from);
    } else if (reception.kind === "claim") this.#leaveTo(from);
    else if (reception.kind === "overloaded") this.#sayOverloaded();
    else this.#answerLater(reception, from.at);
  }

  #leaveTo({ at }: Arrival): void {
    if (at !== undefined) void this.#listener.giveUp(at);
  }

  #answerLater(answer: Answer, at?: string): void {
    const { monitor, replyTo: to } = answer;
    if (answer.isNewMonitor) this.#sayProbed(monitor);
    const timer = setTimeout(() => {
      this.#waitingAnswers.delete(timer);
      const figures = this.#figuresFor(monitor.hostname);
      // The clock is read last, so that gathering the figures is no part of the round-trip time.
      const bytes = answer.complete(figures, nowMicros());
      if (bytes === null) this.#sayNoRoute(monitor);
      else this.#send({ bytes, to }, at);
    }, answer.delayMs);
    this.#waitingAnswers.add(timer);
  }

  #figuresFor(monitor: string | null): Figures {
    const now = performance.now();
    const figures = this.#figures.read(monitor, now);
    this.#watchServices(this.#figures.reachableAt(monitor), figures.services);
    return figures;
  }

  /** Says which services began or ceased to listen, for each address at which clients come. */
  #watchServices(address: string | null, now: readonly ServiceReport[]): void {
    const before = this.#services.get(address) ?? null;
    for (const { label, listening } of serviceChanges(before, now)) {
      const where = `Service ${label}${address === null ? "" : ` at ${address}`}`;
      if (listening === true) this.#logger.info(`${where} is listening`);
      else if (listening === null) {
        this.#logger.warn(`${where} may be listening or not: /proc/net/tcp cannot be read`);
      } else this.#logger.warn(`${where} is not listening, so front ends will not use it`);
    }
    this.#services.set(address, now);
  }

  async #send({ bytes, to }: Outgoing, at?: string): Promise<void> {
    try {
      await this.#listener.send(bytes, to, at);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#warnNowAndThen(`send ${to.hostname}`, `Cannot answer ${place(to)}: ${reason}`);
    }
  }

  #sayNoRoute(to: Endpoint): void {
    const message = `Cannot answer ${
      place(to)
    }: no route leads there; see \`ip route get ${to.hostname}\``;
    this.#warnNowAndThen(`route ${to.hostname}`, message);
  }

  /** Two front ends at one address would be new all the time. */
  #sayProbed(by: Endpoint): void {
    const message = `Probed by the front end at ${place(by)}`;
    const line = this.#limit.admit(`probed ${place(by)}`, message, performance.now());
    if (line !== null) this.#logger.info(line);
  }

  #sayRefused({ reason, claimed }: Refused, from: Endpoint): void {
    const claim = claimed === null ? "" : `, which says that it is sent from ${place(claimed)}`;
    const sentence = refusalSentences[reason];
    const message = `Refused a datagram from ${place(from)}${claim} (${reason}): ${sentence}`;
    if (reason === "unexpected" || this.#isDoctors(reason, from)) {
      return this.#logger.debug(message);
    }
    const line = this.#refusalLimit.admit(reason, from.hostname, message, performance.now());
    if (line !== null) this.#logger.warn(line);
  }

  /**
   * Whether it is a front end's doctor that asks for agents of the former version. (What is
   * `unexpected` is no cause for alarm either: reports to a front end of this machine that has just
   * stopped end here.)
   */
  #isDoctors(reason: RefusalReason, { hostname }: Endpoint): boolean {
    if (reason !== "version") return false;
    return this.#responder.liveMonitors(nowMicros()).some((monitor) =>
      monitor.hostname === hostname
    );
  }

  #sayOverloaded(): void {
    this.#warnNowAndThen("overloaded", "Left a probe unanswered: too many answers are waiting");
  }

  #warnNowAndThen(key: string, message: string): void {
    const line = this.#limit.admit(key, message, performance.now());
    if (line !== null) this.#logger.warn(line);
  }

  // ---------------------------------------------------------------- every second

  async #tick(): Promise<void> {
    try {
      await this.#listener.lookIfDue();
      this.#guard.second();
      this.#account.look();
      // Also while nobody probes: the processor's load is measured since the last sample.
      this.#sampler.sample(performance.now(), TICK_MS);
      this.#checks?.tick();
      this.#watchMonitors();
      this.#tellSystemd();
    } catch (error) {
      this.#warnNowAndThen("tick", `Cannot look after the agent: ${error}`);
    }
  }

  #watchMonitors(): void {
    const live = this.#responder.liveMonitors(nowMicros()).map(place);
    for (const gone of this.#live.filter((monitor) => !live.includes(monitor))) {
      this.#logger.info(`No longer probed by the front end at ${gone}`);
    }
    this.#live = live;
  }

  #tellSystemd(): void {
    if (this.#watchdogMs !== null) this.#notifier.watchdog();
    const { draining } = this.#responder;
    const line = statusLine(this.#settings.services.length, this.#live.length, draining);
    if (line !== this.#statusLine) this.#notifier.status(this.#statusLine = line);
  }

  // ---------------------------------------------------------------- what operators ask for

  /** What the agent sees, and what it says to the monitor that it last heard of. */
  status(): AgentStatus {
    const monitor = this.#responder.liveMonitors(nowMicros()).at(-1)?.hostname ?? null;
    const { group, port, advertise } = this.#settings;
    const { lost, filtered } = this.#account.look();
    const { draining, leaving, answered, refusals, overloaded } = this.#responder;
    const { services, cpu, ram, pressure, establishedTcp } = this.#figuresFor(monitor);
    return {
      id: hex(this.#identity),
      version,
      uptimeSeconds: Math.round((performance.now() - this.#startedMs) / 1000),
      group,
      port,
      authenticated: this.#keys.authenticated,
      advertise,
      draining,
      leaving,
      services: services.map((service) => ({
        ...service,
        backend: formatBackendId(backendId(this.#identity, service.port)),
      })),
      checksNotRun: this.#checks?.notRun ?? [],
      cpu,
      ram,
      pressure,
      establishedTcp,
      unicast: [...this.#listener.unicast],
      interfaces: this.#listener.joined.map(({ name, address }) => ({ name, address })),
      monitors: this.#monitorStatus(),
      answered,
      refusals: refusals.map(({ reason, count, lastFrom, lastClaimed }) => ({
        reason,
        count,
        lastFrom: place(lastFrom),
        lastClaimed: lastClaimed && place(lastClaimed),
      })),
      overloaded,
      dropped: lost,
      filtered,
    };
  }

  /** Everything that can be counted, in Prometheus's text format. */
  metrics(): Promise<string> {
    const httpRefused = this.#metricsServer?.refused ?? new Map();
    const own = { runtime: Deno.version.deno, process: readProcessFigures(), httpRefused };
    return exposition(agentMetrics(this.status(), own));
  }

  #monitorStatus(): MonitorStatus[] {
    const now = nowMicros();
    const live = this.#responder.liveMonitors(now);
    return this.#responder.rememberedMonitors(now).map((monitor) => ({
      address: monitor.hostname,
      port: monitor.port,
      lastProbeMs: Math.round((now - monitor.seenMicros) / 1000),
      live: live.includes(monitor),
      key: monitor.key.role,
    }));
  }

  /** Asks the front ends for no new connections, or for new ones again, and tells them at once. */
  async setDraining(draining: boolean): Promise<void> {
    if (this.#responder.draining === draining) return;
    this.#responder.draining = draining;
    this.#logger.info(draining ? "Draining: asks for no new connections" : "No longer draining");
    this.#tellSystemd();
    await this.#announce();
  }

  async #announce(repeats = 1): Promise<void> {
    const outgoing = this.#responder.announce((to) => this.#figuresFor(to.hostname), nowMicros());
    for (let sent = 0; sent < repeats; sent++) {
      if (sent > 0) await new Promise((resolve) => setTimeout(resolve, LEAVING_GAP_MS));
      await Promise.all(outgoing.map((one) => this.#send(one)));
    }
  }

  /** Whether it asks for no new connections. */
  get draining(): boolean {
    return this.#responder.draining;
  }

  /** Tells the front ends that the agent stops, and stops it. */
  async leave(): Promise<void> {
    this.#responder.leaving = true;
    const told = this.#responder.rememberedMonitors(nowMicros()).length;
    this.#logger.info(`Leaving: telling ${told} front end${told === 1 ? "" : "s"}`);
    await this.#announce(LEAVING_REPEATS);
    await this.close();
  }

  /** Stops it without a word to anyone. */
  async close(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#tickTimer);
    for (const timer of this.#waitingAnswers) clearTimeout(timer);
    await this.#checks?.stop();
    await this.#metricsServer?.shutdown();
    await this.#listener.close();
  }
}

function nowMicros(): number {
  return performance.now() * 1000;
}

function readGroups(): Map<string, string[]> | null {
  const text = readText("/proc/net/igmp");
  return text === null ? null : parseIgmpGroups(text);
}

function readUdpTable(): string | null {
  return readText("/proc/net/udp");
}

function place({ hostname, port }: Endpoint): string {
  return `${hostname}:${port}`;
}

function hex(id: bigint): string {
  return id.toString(16).padStart(16, "0");
}
