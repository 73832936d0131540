import type { FrontendSettings } from "../lib/config/settings.ts";
import type { HttpServer } from "../lib/http/http_server.ts";
import { interfaceLister } from "../lib/net/list_interfaces.ts";
import { networkOf } from "../lib/config/values/network.ts";
import { usableInterfaces } from "../lib/net/interfaces.ts";
import { DatagramAccount } from "../lib/net/datagram_account.ts";
import { quietLibcProblem } from "../lib/net/quiet_libc.ts";
import { DatagramGuard } from "../lib/protocol/datagram_guard.ts";
import { KeyRing } from "../lib/protocol/key_ring.ts";
import type { Logger } from "../lib/systemd/logger.ts";
import type { PredecessorAtWork, ProgramContext } from "../lib/program/serve_program.ts";
import type { Notifier } from "../lib/systemd/notify.ts";
import { readProcessFigures } from "../lib/metrics/process_figures.ts";
import { LoopDelay } from "../lib/stats/loop_delay.ts";
import { version } from "../lib/version.ts";
import { readText } from "deno-systeminfo-free";
import { renderMetrics } from "./admin/metrics.ts";
import { Observer } from "./admin/observer.ts";
import { serveAdmin } from "./admin/server.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Monitor } from "./monitor/monitor.ts";
import { type PassingCounts, ProbePassing } from "./monitor/probe_passing.ts";
import { Prober } from "./monitor/prober.ts";
import { connectionsWithin } from "./proxy/file_limit.ts";
import type { StopResult } from "./proxy/messages.ts";
import { startWorkers, type Workers } from "./proxy/workers.ts";
import { relaySettings } from "./relay_settings.ts";
import { Refusals } from "./refusals.ts";
import { LastConnections } from "./replaced/last_connections.ts";
import { ReplacedProcesses } from "./replaced/replaced_processes.ts";
import type { EndRequest, ReplacedReport } from "./replaced/replaced_report.ts";
import { askReplaced, findReplaced } from "./replaced/replaced_sockets.ts";
import type { SelectionInForce } from "./selection/explanation.ts";
import { forecaster } from "./selection/forecast.ts";
import { SpeedCredit } from "./selection/speed_credit.ts";
import type { FrontendStatus } from "./status.ts";
import { StatusReport } from "./status_report.ts";
import { ServerConduct } from "./server_conduct.ts";
import { BackendRegistry, type DrainResult } from "./table/backend_registry.ts";
import { cellsPerRow, Histograms } from "./table/histograms.ts";
import { workerHistograms } from "./table/layout.ts";
import { allFigures } from "./table/backend_status.ts";
import { Doorkeeper } from "./table/doorkeeper.ts";
import { isOwnListener, placesOfOurs } from "./table/own_listener.ts";
import { StateTable } from "./table/state_table.ts";
import { Traffic } from "./table/traffic.ts";

/** Backends that the table can hold: twice the thousand that the protocol is laid out for. */
const tableCapacity = 2_048;

/** How long a successor looks for servers before it takes over without, in milliseconds. */
const discoveryPatienceMs = 3_000;

/** How much longer than its connections the front end may take to stop, in milliseconds. */
const stopGraceMs = 10_000;

/** The receive buffer of each socket: room for the answers of some 2,000 servers at a time. */
const receiveBufferBytes = 2 << 20;

/** How often rates are worked out and systemd is told how it goes, in milliseconds. */
const tickMs = 1_000;

/** The front end at work: monitor and state table on this thread, the relays in their workers. */
export class Frontend {
  readonly #settings: FrontendSettings;
  readonly #logger: Logger;
  readonly #notifier: Notifier;
  readonly #tickMs: number;
  readonly #table: StateTable;
  readonly #registry: BackendRegistry;
  readonly #conduct: ServerConduct;
  readonly #traffic: Traffic;
  readonly #speedCredit: SpeedCredit;
  readonly #keys: KeyRing;
  readonly #observer: Observer;
  readonly #doorkeeper: Doorkeeper;
  readonly #prober: Prober;
  readonly #selection: SelectionInForce;
  readonly #guard: DatagramGuard;
  readonly #account: DatagramAccount;
  readonly #monitor: Monitor;
  readonly #controlPath: string;
  readonly #replaced: ReplacedProcesses;
  /** Whether it is the one that serves, not beside a predecessor nor after it gave way. */
  #isInCharge = false;
  /** What goes on here after it gave way. */
  #lastConnections: LastConnections | null = null;
  readonly #report: StatusReport;
  #localAddresses: string[] = [];
  #workers: Workers | null = null;
  #admin: HttpServer | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #loopDelay = loopDelays();
  readonly #maxConnections: number;
  readonly #heartbeat: Heartbeat;

  /** Makes a front end that does nothing yet. */
  constructor(context: ProgramContext<FrontendSettings>) {
    const { settings, logger, notifier, watchdogMs, controlPath } = context;
    const workers = settings.workers ?? navigator.hardwareConcurrency;
    this.#settings = settings;
    this.#maxConnections = settings.maxConnections ??
      connectionsWithin(readText("/proc/self/limits"));
    this.#observer = new Observer({
      clock: now,
      status: () => this.status(),
      figures: () => allFigures(this.#table),
      connectionsPerSecond: () => this.#heartbeat.connectionsPerSecond,
    });
    const { log } = this.#observer;
    this.#logger = log.noting(logger);
    this.#notifier = notifier;
    this.#controlPath = controlPath;
    this.#replaced = new ReplacedProcesses({
      timeoutMs: settings.reloadTimeoutMs,
      ask: askReplaced,
      logger: this.#logger,
    });
    this.#tickMs = Math.min(tickMs, watchdogMs ?? tickMs);
    this.#table = StateTable.create({ capacity: tableCapacity, workers });
    this.#traffic = new Traffic(this.#table);
    this.#speedCredit = new SpeedCredit(this.#table);
    const { listen, policy, affinity, maxPerServer } = settings;
    const services = listen.map(({ service }) => service);
    this.#selection = { services, policy, affinity, maxPerServer };
    this.#keys = KeyRing.fromSettings(settings.key, settings.keyPrevious);
    this.#doorkeeper = new Doorkeeper({
      rules: {
        authenticated: this.#keys.authenticated,
        networks: settings.backendNetworks?.map(networkOf) ?? null,
        peers: settings.peers,
      },
      logger: this.#logger,
      now,
    });
    const ownPlaces = placesOfOurs(settings);
    this.#registry = new BackendRegistry({
      table: this.#table,
      logger: this.#logger,
      note: (level, message, subject) => {
        if (message === null) return this.#observer.changed();
        logger[level](message);
        log.note(level, message, subject);
      },
      isOwnListener: (address, port) =>
        isOwnListener(address, port, ownPlaces, this.#localAddresses),
      admits: (machine, place) => this.#doorkeeper.admits(machine, place),
      onLeftOut: (service) => this.#doorkeeper.leaveOut(service),
    });
    this.#conduct = new ServerConduct({
      table: this.#table,
      registry: this.#registry,
      logger: this.#logger,
      // Nothing need wait for it to come.
      later: (ms, act) => Deno.unrefTimer(setTimeout(() => act(now()), ms)),
    });
    this.#guard = new DatagramGuard({
      types: ["probe", "report"],
      keys: this.#keys,
      bufferBytes: receiveBufferBytes,
      logger: this.#logger,
      problem: quietLibcProblem,
    });
    const refusals = new Refusals({
      logger: this.#logger,
      onRefused: (reason) => this.#guard.refused(reason),
      now,
    });
    const onRefused = refusals.note.bind(refusals);
    this.#heartbeat = new Heartbeat({ table: this.#table, registry: this.#registry, notifier });
    this.#prober = new Prober({
      keys: this.#keys,
      registry: this.#registry,
      logger: this.#logger,
      newSession,
      intervalMs: settings.probeIntervalMs,
      onRefused,
    });
    const passed = { probes: 0, reports: 0, leftOut: 0 };
    const passing = new ProbePassing({
      keys: this.#keys,
      isOwnAddress: (address) => this.#localAddresses.includes(address),
      onRefused,
      counts: passed,
    });
    this.#account = new DatagramAccount({
      port: settings.port,
      addresses: () => this.#monitor.interfaces.map(({ address }) => address),
      tables: () => ({ udp: readUdpTable(), snmp: readText("/proc/net/snmp") }),
    });
    this.#monitor = this.#makeMonitor(passing);
    this.#report = this.#makeReport(refusals, passed);
  }

  #makeReport(refusals: Refusals, passed: PassingCounts): StatusReport {
    return new StatusReport({
      settings: this.#settings,
      pid: Deno.pid,
      maxConnections: this.#maxConnections,
      keys: this.#keys,
      table: this.#table,
      registry: this.#registry,
      doorkeeper: this.#doorkeeper,
      prober: this.#prober,
      monitor: this.#monitor,
      account: this.#account,
      refusals,
      passed,
      replaced: this.#replaced,
      selection: this.#selection,
      forecast: forecaster(this.#table, this.#selection, Math.random),
      loopDelay: this.#loopDelay,
      workers: () => this.#workers,
      process: () => ({
        runtime: Deno.version.deno,
        process: readProcessFigures(),
        httpRefused: this.#admin?.refused ?? new Map(),
      }),
      now,
    });
  }

  #makeMonitor(passing: ProbePassing): Monitor {
    const [settings, logger] = [this.#settings, this.#logger];
    const guard = this.#guard;
    const lostDatagrams = () => this.#account.look().lost;
    const timerCame = (lateMs: number) => this.#loopDelay.note(0, lateMs);
    const list = interfaceLister();
    const listInterfaces = () => {
      const all = list();
      this.#localAddresses = all.map(({ address }) => address);
      const { usable } = usableInterfaces(all, settings.interfaces);
      this.#doorkeeper.look(all, usable.map(({ name }) => name));
      return all;
    };
    const ofThisMachine = { now, lostDatagrams, readUdpTable, timerCame, listInterfaces };
    return new Monitor({
      ...{ settings, prober: this.#prober, passing, logger, guard },
      ...ofThisMachine,
    });
  }

  /**
   * Begins to probe, to listen for clients and to serve the status.
   *
   * @param predecessor One that still serves: it goes on until servers are known here.
   * @throws {Error} If a port cannot be had; the message is one line for people.
   */
  async start(predecessor: PredecessorAtWork | null): Promise<void> {
    this.#sayStart();
    this.#tick();
    try {
      if (predecessor !== null) await this.#startBeside(predecessor);
      else await this.#startAlone();
      this.#replaced.add(findReplaced(this.#controlPath), false);
    } catch (error) {
      await this.stop(0);
      throw error;
    }
    this.#isInCharge = true;
    const delay = new LoopDelay(now(), this.#tickMs);
    this.#timer = setInterval(() => {
      this.#loopDelay.note(0, delay.note(now()));
      this.#tick();
    }, this.#tickMs);
  }

  async #startAlone(): Promise<void> {
    this.#workers = await this.#startWorkers(false);
    this.#admin = await this.#startAdmin(false);
    await this.#monitor.start();
  }

  async #startBeside({ path, inheritance }: PredecessorAtWork): Promise<void> {
    this.#registry.drainFromTheStart(textsIn(inheritance, "drained"));
    this.#replaced.add([path], true);
    this.#replaced.add(textsIn(inheritance, "replaced"), false);
    this.#admin = await this.#startAdmin(true);
    await this.#monitor.start();
    await this.#serversAreKnown();
    this.#workers = await this.#startWorkers(true);
  }

  /**
   * What a successor is to know: which backends the operator has drained, and where the processes are
   * that were replaced before this one.
   */
  inheritance(): unknown {
    return { drained: this.#registry.drained, replaced: this.#replaced.paths };
  }

  async #serversAreKnown(): Promise<void> {
    const deadline = now() + discoveryPatienceMs;
    while (this.#registry.counts.up === 0 && now() < deadline) {
      await this.#table.changeSince(this.#table.epoch, deadline - now());
    }
  }

  /** Leaves probing to a successor that is being started: answers go to whoever asked last. */
  async stopProbing(): Promise<void> {
    await this.#monitor.pause();
  }

  /** Probes again, no successor having come. */
  resumeProbing(): void {
    this.#monitor.resume();
  }

  /** Leaves clients and status to a successor; resolves when the ports are free of this process. */
  async giveWay(): Promise<void> {
    clearInterval(this.#timer);
    this.#isInCharge = false;
    const closed = Promise.withResolvers<void>();
    if (this.#workers !== null) {
      this.#lastConnections = new LastConnections({
        pid: Deno.pid,
        workers: this.#workers,
        table: this.#table,
        timeoutMs: this.#settings.reloadTimeoutMs,
        now,
        pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        closed: closed.resolve,
      });
    }
    await Promise.all([closed.promise, this.#stopAdmin(), this.#monitor.stop()]);
  }

  /** How the last connections stand, after {@linkcode giveWay}. */
  reportAsReplaced(): ReplacedReport | null {
    return this.#lastConnections?.report() ?? null;
  }

  /** Ends the last connections, after {@linkcode giveWay}. */
  async endAsReplaced(request: EndRequest): Promise<ReplacedReport | null> {
    return await this.#lastConnections?.end(request) ?? null;
  }

  #startWorkers(beside: boolean): Promise<Workers> {
    return startWorkers({
      table: this.#table,
      listen: this.#settings.listen,
      relay: relaySettings(this.#settings),
      maxConnections: this.#maxConnections,
      seed: Number(newSession() & 0x7fff_ffffn),
      clock: now,
      logger: this.#logger,
      observed: (news) => this.#conduct.note(news, now()),
      beside,
    });
  }

  async #startAdmin(beside: boolean): Promise<HttpServer | null> {
    const { admin } = this.#settings;
    if (admin === null) return null;
    const { history, log } = this.#observer;
    const view = {
      backends: () => this.#report.backends(),
      isHealthy: () => this.#registry.counts.usable > 0,
      metrics: () => renderMetrics(this.#report.figures()),
      subscribe: () => this.#observer.subscribe(),
      past: () => ({ history, events: log.events, now: now() }),
    };
    return await serveAdmin({ place: admin, view, logger: this.#logger, beside });
  }

  async #stopAdmin(): Promise<void> {
    const admin = this.#admin;
    this.#admin = null;
    this.#observer.close();
    await admin?.shutdown();
  }

  /**
   * Accepts no more clients, lets the open connections end, those in replaced processes as well, and
   * stops. After {@linkcode giveWay} they are given the time of `LB_RELOAD_TIMEOUT`.
   *
   * @param drainMs How long open connections may go on, in milliseconds.
   */
  async stop(drainMs: number): Promise<void> {
    clearInterval(this.#timer);
    this.#notifier.extendTimeout(drainMs + stopGraceMs);
    const [result] = await Promise.all([
      this.#lastConnections?.ended() ?? this.#stopWorkers(drainMs),
      this.#isInCharge ? this.#replaced.stop(drainMs) : null,
    ]);
    if (result !== undefined && result.finished + result.cut > 0) {
      this.#logger.info(
        `Of the connections open at the stop ${result.finished} ended and ${result.cut} were cut`,
      );
    }
    await this.#monitor.stop();
    await this.#stopAdmin();
  }

  #stopWorkers(drainMs: number): Promise<StopResult> | undefined {
    return this.#workers?.stop({ drainMs, cause: "drain", closed: () => {} });
  }

  // ---------------------------------------------------------------- what happens

  #tick(): void {
    this.#guard.second();
    this.#traffic.sample(now());
    if (this.#isInCharge) void this.#replaced.look();
    this.#speedCredit.sample(now());
    this.#heartbeat.beat(now());
    this.#observer.sample();
  }

  #sayStart(): void {
    const { group, port, listen, policy } = this.#settings;
    const places = listen.map((one) =>
      `${one.service === null ? "" : `${one.service}=`}${one.address ?? "*"}:${one.port}`
    );
    this.#logger.info(
      `lb-frontend ${version}: to listen on ${places.join(", ")}, policy ${policy}, ` +
        `to probe ${group}:${port}`,
    );
    if (!this.#keys.authenticated) {
      this.#logger.warn(
        "LB_KEY is not set: messages are checked for damage only, and anyone on the network can " +
          "offer a server; `lb-frontend keygen` prints a key to set on every machine",
      );
    }
  }

  // ---------------------------------------------------------------- what operators ask for

  /** What the front end knows at this moment. */
  status(): FrontendStatus {
    return this.#report.status();
  }

  /** Sends a backend no new connections, or sends it new ones again. */
  drain(backend: string, drain: boolean): DrainResult {
    return this.#registry.drain(backend, drain, now());
  }
}

function readUdpTable(): string | null {
  return readText("/proc/net/udp");
}

function now(): number {
  return performance.now();
}

/** The histogram of the main thread; those of the relay workers are in the table. */
function loopDelays(): Histograms {
  const { loopDelay } = workerHistograms;
  return new Histograms(loopDelay, new Float64Array(cellsPerRow(loopDelay)));
}

function textsIn(inheritance: unknown, name: "drained" | "replaced"): string[] {
  const { [name]: texts } = (inheritance ?? {}) as Record<string, unknown>;
  return Array.isArray(texts) ? texts.map(String) : [];
}

function newSession(): bigint {
  const [session = 0n] = crypto.getRandomValues(new BigUint64Array(1));
  return session;
}
