import type { Machine } from "../monitor/machine.ts";
import type { ServiceReport } from "../../lib/protocol/messages.ts";
import type { LeftOutService } from "./left_out_services.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import { BackendNews, type NewsSubject, type NoteBackend } from "./backend_news.ts";
import { addressKey, type Backend, type BackendPlace, BackendRows } from "./backend_rows.ts";
import { FairShare, type Tenancy } from "./fair_share.ts";
import { checkWords, isFailing } from "../../lib/protocol/check_outcome.ts";
import {
  type ConnectFailure,
  defaultLifecycleRules,
  judge,
  type LifecycleEvent,
  type LifecycleRules,
  newEvidence,
  observe,
  type Verdict,
} from "./lifecycle.ts";
import { plausibleCores, plausibleLinkBps } from "./plausible.ts";
import type { BackendIdentity, StateTable } from "./state_table.ts";

/** The largest part of a service's servers that may be ejected at once. */
const mostEjected = 0.5;

/** Rounds of answers in which a newcomer comes up, if it does. */
const roundsToComeUp = 3;

/** How the registry is told about its surroundings. */
export interface BackendRegistryOptions {
  readonly table: StateTable;
  readonly logger: Logger;
  /** Where changes of the backends are told; the logger, unless it is given. */
  readonly note?: NoteBackend;
  /** Whether a connection to this address and port would reach our own listener. */
  readonly isOwnListener: (address: string, port: number) => boolean;
  /** Whether a service of a machine may be a backend at a place; every one may, unless it is given. */
  readonly admits?: (machine: Machine, place: { address: string; port: number }) => boolean;
  /** Told of every service that has no row, each time that it is offered. */
  readonly onLeftOut?: (service: LeftOutService) => void;
  readonly rules?: LifecycleRules;
  /** How long a backend that is down stays in the table, in milliseconds. */
  readonly forgetAfterMs?: number;
}

/** What became of an operator's wish. */
export type DrainResult =
  | { readonly found: true; readonly backends: readonly string[] }
  | { readonly found: false; readonly known: readonly string[] };

/**
 * Keeps the rows of the state table: gives every service of every machine a slot, lets its life
 * cycle judge it, and writes what comes out. It alone writes the monitor's columns.
 */
export class BackendRegistry {
  readonly #table: StateTable;
  readonly #news: BackendNews;
  readonly #isOwnListener: (address: string, port: number) => boolean;
  readonly #admits: NonNullable<BackendRegistryOptions["admits"]>;
  readonly #onLeftOut: (service: LeftOutService) => void;
  readonly #rules: LifecycleRules;
  readonly #forgetAfterMs: number;
  readonly #rows = new BackendRows();
  readonly #fairShare = new FairShare(() => this.#tenancy());
  readonly #toDrain = new Set<string>();

  /** When a backend last changed its state, appeared or went, in monotonic milliseconds. */
  lastChange = -Infinity;

  /** Makes a registry for an empty table. */
  constructor(options: BackendRegistryOptions) {
    this.#table = options.table;
    this.#news = new BackendNews(options.logger, options.note);
    this.#isOwnListener = options.isOwnListener;
    this.#admits = options.admits ?? (() => true);
    this.#onLeftOut = options.onLeftOut ?? (() => {});
    this.#rules = options.rules ?? defaultLifecycleRules;
    this.#forgetAfterMs = options.forgetAfterMs ?? 600_000;
  }

  /**
   * Takes in a machine's newest report.
   *
   * @param asked Whether it answers a probe; if not, it is an announcement.
   */
  heard(machine: Machine, now: number, asked = true): void {
    const { report } = machine;
    report.services.forEach((service, ordinal) => {
      const backend = this.#backendFor(machine, service, ordinal, now);
      if (backend === null) return;
      this.#writeFigures(backend, service, now);
      this.#apply(backend, this.#reportEvent(backend, service, asked), now);
    });
    for (const [port, backend] of this.#rows.of(machine)) {
      if (report.services.some((service) => service.port === port)) continue;
      this.#apply(backend, { type: "withdrawn" }, now);
    }
  }

  /** Takes note that a machine left a probe unanswered. */
  missed(machine: Machine, now: number): void {
    for (const backend of this.#rows.of(machine).values()) {
      this.#apply(backend, { type: "missed" }, now);
    }
  }

  /** Takes note of what a relay worker met when it connected to a slot. */
  connection(
    { slot, generation }: { slot: number; generation: number },
    outcome: ConnectFailure | "connected",
    now: number,
  ): void {
    const backend = this.#rows.at(slot);
    if (backend === undefined || this.#table.generation(slot) !== generation) return;
    const taken = this.#table.relaySum("total", slot);
    const tookOthers = taken !== backend.takenSeen;
    backend.takenSeen = taken;
    const event: LifecycleEvent = outcome === "connected"
      ? { type: "connected" }
      : { type: "connect-failed", failure: outcome, tookOthers };
    this.#apply(backend, event, now);
  }

  /** Takes note that a slot's server is to blame for the resets that clients meet. */
  resets(slot: number, now: number): void {
    const backend = this.#rows.at(slot);
    if (backend !== undefined) this.#apply(backend, { type: "resets" }, now);
  }

  /** The slots of the other backends of the same service. */
  peersOf(slot: number): number[] {
    const service = this.#rows.at(slot)?.identity.service;
    return [...this.#rows.all].filter((other) =>
      other.slot !== slot && other.identity.service === service
    )
      .map((other) => other.slot);
  }

  /**
   * Drains or undrains backends.
   *
   * @param wanted An id, or `ADDRESS:PORT`.
   */
  drain(wanted: string, drain: boolean, now: number): DrainResult {
    const all = [...this.#rows.all];
    const chosen = all.filter((backend) => this.#names(backend).includes(wanted));
    if (chosen.length === 0) {
      return { found: false, known: all.map((backend) => this.#describe(backend)) };
    }
    for (const backend of chosen) this.#apply(backend, { type: "operator-drain", drain }, now);
    return { found: true, backends: chosen.map((backend) => this.#describe(backend)) };
  }

  /** The backends that the operator has drained, by their ids. */
  get drained(): string[] {
    const drained = [...this.#rows.all].filter(({ evidence }) => evidence.operatorDrains);
    return drained.map(({ slot }) => this.#table.idOf(slot));
  }

  /** Drains backends as soon as they are found: a predecessor's operator wanted it. */
  drainFromTheStart(ids: readonly string[]): void {
    for (const id of ids) this.#toDrain.add(id);
  }

  /**
   * Does what is due by time alone: ends ejections, notices listeners that became our own (or
   * ceased to be), and forgets backends that have long been down.
   */
  tick(now: number): void {
    for (const backend of this.#rows.all) {
      const loop = this.#isOwnListener(backend.identity.address, backend.identity.port);
      this.#apply(backend, { type: "loop", loop }, now);
      if (this.#isForgettable(backend, now)) this.#forget(backend, now);
    }
    this.#news.tick(now);
    this.#fairShare.lookAgain();
  }

  /** How many rows the table has. */
  get capacity(): number {
    return this.#table.size.capacity;
  }

  /** Whether a service of this machine has ever been up, or was drained by the operator here. */
  hasBeenUp(machine: Machine): boolean {
    return this.#rows.of(machine).values().some(({ wasUp }) => wasUp);
  }

  /** Whether the table holds a service of this machine. */
  holds(machine: Machine): boolean {
    return this.#rows.of(machine).size > 0;
  }

  /** Forgets a machine and its rows, those with open connections as soon as these have ended. */
  forgetMachine(machine: Machine, now: number): void {
    for (const backend of [...this.#rows.of(machine).values()]) {
      if (this.#isBusy(backend)) this.#retire(backend, now);
      else this.#forget(backend, now);
    }
  }

  /** How many backends there are, are up, and can take a connection (as newcomers can). */
  get counts(): { all: number; up: number; usable: number } {
    const states = [...this.#rows.all].map(({ verdict }) => verdict.state);
    const up = states.filter((state) => state === "up").length;
    const joining = states.filter((state) => state === "joining").length;
    return { all: states.length, up, usable: up + joining };
  }

  // ---------------------------------------------------------------- rows

  /** The row of a service, made or moved as needed; null where it cannot have one. */
  #backendFor(
    machine: Machine,
    service: ServiceReport,
    serviceOrdinal: number,
    now: number,
  ): Backend | null {
    const address = machine.report.advertise ?? machine.preferred.address;
    const place = { service: service.name, serviceOrdinal, address, port: service.port };
    const own = this.#rows.of(machine).get(service.port);
    if (!this.#admits(machine, place)) {
      if (own !== undefined) this.#apply(own, { type: "withdrawn" }, now);
      return null;
    }
    const holder = this.#rows.holding(place);
    if (holder !== undefined && holder !== own) {
      if (!mayTakeOver(machine, holder.machine, address)) {
        this.#leaveOut("claimed", machine, place);
        this.#sayClaimedTwice(machine, holder, now);
        if (own !== undefined) this.#apply(own, { type: "withdrawn" }, now);
        return null;
      }
      // The holder is silent: it is the same server, and its agent was set up anew.
      if (own === undefined) return this.#adopt(holder, machine, place, now);
      this.#retire(holder, now);
    }
    if (own === undefined) return this.#add(machine, place, now);
    if (!isAt(own.identity, place)) this.#become(own, { ...own.identity, ...place }, now);
    return own;
  }

  #adopt(
    backend: Backend,
    machine: Machine,
    place: BackendPlace,
    now: number,
  ): Backend {
    const before = this.#describe(backend);
    // Two agents that answer once each have not proved what one that answers twice has.
    if (!backend.wasUp) {
      backend.evidence = { ...newEvidence(place.port), loop: backend.evidence.loop };
    }
    this.#rows.handOver(backend, machine, place);
    this.#noteMove(backend, before, now);
    return backend;
  }

  /** Takes a row out of use; it goes once its connections have ended. */
  #retire(backend: Backend, now: number): void {
    this.#apply(backend, { type: "withdrawn" }, now);
    this.#rows.unlink(backend);
  }

  #sayClaimedTwice(machine: Machine, holder: Backend, now: number): void {
    const by = { source: machine.preferred.address, holder: holder.machine.preferred.address };
    this.#news.claimedTwice(addressKey(holder.identity), by, now);
  }

  #add(machine: Machine, place: BackendPlace, now: number): Backend | null {
    const source = machine.preferred.address;
    const identity = this.#makeRoom(source, now)
      ? { ...place, id: this.#rows.freeId(machine, place) }
      : null;
    const slot = identity === null ? null : this.#table.take(identity);
    if (identity === null || slot === null) {
      this.#leaveOut("no-room", machine, place);
      this.#news.tableIsFull(this.capacity, source, now);
      return null;
    }
    const evidence = newEvidence(place.port);
    const verdict: Verdict = { state: "joining", reason: "", lastResort: false };
    const seen = { signsSeen: 0, takenSeen: 0 };
    const begun = { evidence, verdict, since: now, source, wasUp: false, ...seen };
    const backend: Backend = { slot, machine, identity, ...begun };
    this.#rows.add(backend);
    this.lastChange = now;
    this.#news.discovered(this.#subject(backend), now);
    const loop = this.#isOwnListener(place.address, place.port);
    if (loop) this.#apply(backend, { type: "loop", loop }, now);
    const drain = this.#toDrain.delete(this.#table.idOf(slot));
    if (drain) this.#apply(backend, { type: "operator-drain", drain }, now);
    return backend;
  }

  #leaveOut(
    reason: "claimed" | "no-room",
    machine: Machine,
    { address, port }: BackendPlace,
  ): void {
    this.#onLeftOut({ reason, address, port, agent: machine.preferred.address });
  }

  /** Whether there is room for a service of an agent at an address, if need be at the cost of another. */
  #makeRoom(source: string, now: number): boolean {
    if (this.#rows.size < this.capacity) return true;
    const displaced = this.#fairShare.whoMakesRoom(source);
    if (displaced !== null) this.#forget(displaced, now);
    return displaced !== null;
  }

  #tenancy(): Tenancy<Backend> {
    const { all, neverUp, sources } = this.#rows;
    return {
      capacity: this.capacity,
      holders: all,
      neverUp,
      sourceOf: ({ source }) => source,
      heldBy: (address) => this.#rows.heldBy(address),
      sources,
      isYoung: ({ machine, wasUp, evidence }) =>
        !wasUp && evidence.missed === 0 &&
        machine.answeredRound - machine.sinceRound < roundsToComeUp,
      isBusy: (backend) => this.#isBusy(backend),
    };
  }

  #isBusy({ slot }: Backend): boolean {
    return this.#table.relaySum("active", slot) > 0;
  }

  /** Gives a row another identity: the server's address, service or agent has changed. */
  #become(backend: Backend, identity: BackendIdentity, now: number): void {
    const before = this.#describe(backend);
    this.#rows.rename(backend, identity);
    this.#noteMove(backend, before, now);
  }

  #noteMove(backend: Backend, before: string, now: number): void {
    this.#table.move(backend.slot, backend.identity);
    this.#news.moved(before, this.#subject(backend), now);
  }

  #isForgettable(backend: Backend, now: number): boolean {
    const { verdict, evidence, since } = backend;
    const enough = evidence.withdrawn || now - since > this.#forgetAfterMs;
    return verdict.state === "down" && enough && !this.#isBusy(backend);
  }

  #forget(backend: Backend, now: number): void {
    this.#news.forgotten(this.#subject(backend), backend.verdict.reason, now);
    this.#rows.delete(backend);
    this.#table.free(backend.slot);
  }

  // ---------------------------------------------------------------- figures and states

  #writeFigures({ slot, machine }: Backend, service: ServiceReport, now: number): void {
    const { report, preferred } = machine;
    const table = this.#table;
    table.setFigure("cpu", slot, report.cpu?.busy ?? null);
    table.setFigure("cores", slot, plausibleCores(report.cpu?.cores ?? null));
    table.setFigure("ram", slot, report.ram?.used ?? null);
    table.setFigure("ramBytes", slot, report.ram?.totalBytes ?? null);
    table.setFigure("rttMs", slot, preferred.rtt?.ms ?? null);
    table.setFigure("acceptQueue", slot, service.acceptQueue);
    table.setFigure("linkBps", slot, plausibleLinkBps(report.linkBytesPerSecond));
    table.setFigure("cpuPressure", slot, report.pressure?.cpu ?? null);
    table.setFigure("memoryPressure", slot, report.pressure?.memory ?? null);
    table.setFigure("establishedTcp", slot, report.establishedTcp);
    table.setFigure("reportedAt", slot, now);
    this.#writeCheck(slot, service);
    if (table.text("agentVersion", slot) !== report.version) {
      table.setText("agentVersion", slot, report.version);
    }
  }

  #writeCheck(slot: number, { check }: ServiceReport): void {
    const isKnown = check !== null && check.kind !== "pending";
    this.#table.setFigure("checkPassing", slot, isKnown ? Number(!isFailing(check)) : null);
    const words = check === null ? "" : checkWords(check);
    if (this.#table.text("check", slot) !== words) this.#table.setText("check", slot, words);
  }

  #reportEvent(backend: Backend, service: ServiceReport, asked: boolean): LifecycleEvent {
    const { report } = backend.machine;
    const { slot } = backend;
    // Whoever resets connections accepts them as well.
    const signs = this.#table.relaySum("bytesOut", slot) +
      this.#table.relaySum("failedReset", slot);
    const progress = signs !== backend.signsSeen;
    backend.signsSeen = signs;
    return {
      type: "report",
      asked,
      listening: service.listening,
      acceptQueue: service.acceptQueue,
      check: service.check,
      progress,
      draining: report.draining,
      leaving: report.leaving,
    };
  }

  #apply(backend: Backend, event: LifecycleEvent, now: number): void {
    backend.evidence = observe(backend.evidence, event, now, this.#rules);
    const before = backend.verdict;
    const verdict = this.#judge(backend, now);
    if (verdict.state === before.state && verdict.reason === before.reason) return;
    backend.verdict = verdict;
    if (verdict.state !== before.state) {
      backend.since = this.lastChange = now;
      if (verdict.state === "up" || backend.evidence.operatorDrains) this.#rows.settle(backend);
      this.#news.changed(this.#subject(backend), { ...verdict, before: before.state }, now);
    }
    this.#table.setState(backend.slot, verdict.state, { ...verdict, since: backend.since });
    if (verdict.state !== before.state || verdict.lastResort !== before.lastResort) {
      this.#table.announceChange();
    }
  }

  /**
   * Judges a backend, and keeps it in use where it would be one too many to eject: when most servers
   * fail at once, the fault is likely elsewhere, and the rest could not carry the load.
   */
  #judge(backend: Backend, now: number): Verdict {
    const verdict = judge(backend.evidence, now, this.#rules);
    const isEjected = backend.verdict.state === "ejected";
    if (verdict.state !== "ejected" || isEjected || this.#mayEject(backend)) return verdict;
    return judge(backend.evidence, now, this.#rules, false);
  }

  #mayEject(backend: Backend): boolean {
    let inUse = 1;
    let ejected = 0;
    for (const other of this.#rows.all) {
      const isPeer = other !== backend && other.identity.service === backend.identity.service;
      if (isPeer && other.verdict.state === "up") inUse++;
      if (isPeer && other.verdict.state === "ejected") ejected++;
    }
    return ejected + 1 <= mostEjected * (inUse + ejected);
  }

  #subject(backend: Backend): NewsSubject {
    const { slot, wasUp } = backend;
    return { id: this.#table.idOf(slot), name: this.#describe(backend), wasUp };
  }

  #names({ slot, identity }: Backend): string[] {
    return [this.#table.idOf(slot), addressKey(identity)];
  }

  #describe({ slot, identity }: Backend): string {
    return `${this.#table.idOf(slot)} (${describePlace(identity)})`;
  }
}

/**
 * Whether a machine may have the row of another one, which has the same address and port: the one that
 * answers from the very address before one that advertises it; a machine at the other's own address,
 * set up anew, as soon as the other does not answer any more; and everybody else once it is lost.
 */
function mayTakeOver(machine: Machine, holder: Machine, address: string): boolean {
  const source = machine.preferred.address;
  if (source === address && !holder.paths.has(address)) return true;
  if (!holder.paths.has(source)) return holder.missed >= defaultLifecycleRules.fall;
  return holder.missed > 0 || holder.answeredRound < machine.sinceRound;
}

function isAt(identity: BackendIdentity, place: BackendPlace): boolean {
  return identity.address === place.address && identity.service === place.service &&
    identity.serviceOrdinal === place.serviceOrdinal;
}

function describePlace(place: { service: string; address: string; port: number }): string {
  return place.service === "" ? addressKey(place) : `${place.service} ${addressKey(place)}`;
}
