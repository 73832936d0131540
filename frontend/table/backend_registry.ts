import { hostPort } from "../../lib/net/host_port.ts";
import type { Machine } from "../monitor/roster.ts";
import type { ServiceReport } from "../../lib/protocol/messages.ts";
import type { BackendState } from "./layout.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import { OncePer } from "../../lib/systemd/rate_limit.ts";
import { backendId } from "../../lib/protocol/backend_id.ts";
import {
  type ConnectFailure,
  defaultLifecycleRules,
  type Evidence,
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

/** One row of the state table, with what only the monitor needs to know of it. */
interface Backend {
  readonly slot: number;
  machine: Machine;
  identity: BackendIdentity;
  evidence: Evidence;
  verdict: Verdict;
  since: number;
  /** Bytes that the server had sent us at the previous report. */
  bytesOutSeen: number;
}

/** Takes note of what became of a backend, which is named by its id; its state where that is new. */
export type NoteBackend = (
  level: "info" | "warn",
  message: string,
  subject: { readonly backend: string; readonly state: BackendState | null },
) => void;

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
  readonly #logger: Logger;
  readonly #noteBackend: NoteBackend;
  readonly #isOwnListener: (address: string, port: number) => boolean;
  readonly #admits: NonNullable<BackendRegistryOptions["admits"]>;
  readonly #rules: LifecycleRules;
  readonly #forgetAfterMs: number;
  readonly #backends = new Map<number, Backend>();
  readonly #byAddress = new Map<string, Backend>();
  readonly #byMachine = new Map<Machine, Map<number, Backend>>();
  readonly #ids = new Set<number>();
  readonly #claimsSaid = new OncePer({ intervalMs: 600_000 });
  readonly #toDrain = new Set<string>();
  #tableFullSaid = false;

  /** When a backend last changed its state, appeared or went, in monotonic milliseconds. */
  lastChange = -Infinity;

  /** Makes a registry for an empty table. */
  constructor(options: BackendRegistryOptions) {
    this.#table = options.table;
    const { logger } = options;
    this.#logger = logger;
    this.#noteBackend = options.note ?? ((level, message) => logger[level](message));
    this.#isOwnListener = options.isOwnListener;
    this.#admits = options.admits ?? (() => true);
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
    for (const [port, backend] of this.#of(machine)) {
      if (report.services.some((service) => service.port === port)) continue;
      this.#apply(backend, { type: "withdrawn" }, now);
    }
  }

  /** Takes note that a machine left a probe unanswered. */
  missed(machine: Machine, now: number): void {
    for (const backend of this.#of(machine).values()) {
      this.#apply(backend, { type: "missed" }, now);
    }
  }

  /** Takes note of what a relay worker met when it connected to a slot. */
  connection(
    { slot, generation }: { slot: number; generation: number },
    outcome: ConnectFailure | "connected",
    now: number,
  ): void {
    const backend = this.#backends.get(slot);
    if (backend === undefined || this.#table.generation(slot) !== generation) return;
    const event: LifecycleEvent = outcome === "connected"
      ? { type: "connected" }
      : { type: "connect-failed", failure: outcome };
    this.#apply(backend, event, now);
  }

  /**
   * Drains or undrains backends.
   *
   * @param wanted An id, or `ADDRESS:PORT`.
   */
  drain(wanted: string, drain: boolean, now: number): DrainResult {
    const all = [...this.#backends.values()];
    const chosen = all.filter((backend) => this.#names(backend).includes(wanted));
    if (chosen.length === 0) {
      return { found: false, known: all.map((backend) => this.#describe(backend)) };
    }
    for (const backend of chosen) this.#apply(backend, { type: "operator-drain", drain }, now);
    return { found: true, backends: chosen.map((backend) => this.#describe(backend)) };
  }

  /** The backends that the operator has drained, by their ids. */
  get drained(): string[] {
    const drained = [...this.#backends.values()].filter(({ evidence }) => evidence.operatorDrains);
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
    for (const backend of this.#backends.values()) {
      const loop = this.#isOwnListener(backend.identity.address, backend.identity.port);
      this.#apply(backend, { type: "loop", loop }, now);
      if (this.#isForgettable(backend, now)) this.#forget(backend);
    }
  }

  /** Whether the table holds a service of this machine. */
  holds(machine: Machine): boolean {
    return this.#of(machine).size > 0;
  }

  /** Forgets a machine of which the table holds nothing. */
  forgetMachine(machine: Machine): void {
    this.#byMachine.delete(machine);
  }

  /** How many backends there are, are up, and can take a connection (as newcomers can). */
  get counts(): { all: number; up: number; usable: number } {
    const states = [...this.#backends.values()].map(({ verdict }) => verdict.state);
    const up = states.filter((state) => state === "up").length;
    const joining = states.filter((state) => state === "joining").length;
    return { all: states.length, up, usable: up + joining };
  }

  // ---------------------------------------------------------------- rows

  #of(machine: Machine): Map<number, Backend> {
    return this.#byMachine.get(machine) ?? new Map();
  }

  #own(machine: Machine, port: number, backend: Backend): void {
    const backends = this.#byMachine.get(machine) ?? new Map<number, Backend>();
    this.#byMachine.set(machine, backends.set(port, backend));
    backend.machine = machine;
  }

  /** The row of a service, made or moved as needed; null where it cannot have one. */
  #backendFor(
    machine: Machine,
    service: ServiceReport,
    serviceOrdinal: number,
    now: number,
  ): Backend | null {
    const address = machine.report.advertise ?? machine.preferred.address;
    const place = { service: service.name, serviceOrdinal, address, port: service.port };
    const own = this.#of(machine).get(service.port);
    if (!this.#admits(machine, place)) {
      if (own !== undefined) this.#apply(own, { type: "withdrawn" }, now);
      return null;
    }
    const holder = this.#byAddress.get(addressKey(place));
    if (holder !== undefined && holder !== own) {
      if (isAnswering(holder.machine, machine)) {
        this.#sayClaimedTwice(machine, holder, now);
        if (own !== undefined) this.#apply(own, { type: "withdrawn" }, now);
        return null;
      }
      // The holder is silent: it is the same server, and its agent was set up anew.
      if (own === undefined) return this.#adopt(holder, machine, place);
      this.#retire(holder, now);
    }
    if (own === undefined) return this.#add(machine, place, now);
    if (!isAt(own.identity, place)) this.#become(own, { ...own.identity, ...place });
    return own;
  }

  #adopt(backend: Backend, machine: Machine, place: Omit<BackendIdentity, "id">): Backend {
    this.#of(backend.machine).delete(place.port);
    this.#own(machine, place.port, backend);
    this.#ids.delete(backend.identity.id);
    this.#become(backend, { ...place, id: this.#freeId(machine, place) });
    return backend;
  }

  /** Takes a row out of use; it goes once its connections have ended. */
  #retire(backend: Backend, now: number): void {
    this.#apply(backend, { type: "withdrawn" }, now);
    this.#unlink(backend);
  }

  #unlink(backend: Backend): void {
    const { machine, identity } = backend;
    const key = addressKey(identity);
    if (this.#of(machine).get(identity.port) === backend) this.#of(machine).delete(identity.port);
    if (this.#byAddress.get(key) === backend) this.#byAddress.delete(key);
  }

  #sayClaimedTwice(machine: Machine, holder: Backend, now: number): void {
    const source = machine.preferred.address;
    const key = `${source} ${addressKey(holder.identity)}`;
    const message =
      `The agent at ${source} advertises ${addressKey(holder.identity)}, which the agent at ` +
      `${holder.machine.preferred.address} advertises already: left out; check LB_ADVERTISE there`;
    const line = this.#claimsSaid.admit(key, message, now);
    if (line !== null) this.#logger.warn(line);
  }

  #add(machine: Machine, place: Omit<BackendIdentity, "id">, now: number): Backend | null {
    const identity = { ...place, id: this.#freeId(machine, place) };
    const slot = this.#table.take(identity);
    if (slot === null) {
      this.#sayTableIsFull(place.address);
      return null;
    }
    const evidence = newEvidence(place.port);
    const verdict: Verdict = { state: "joining", reason: "", lastResort: false };
    const backend = { slot, machine, identity, evidence, verdict, since: now, bytesOutSeen: 0 };
    this.#backends.set(slot, backend);
    this.#ids.add(identity.id);
    this.#byAddress.set(addressKey(identity), backend);
    this.#own(machine, place.port, backend);
    this.lastChange = now;
    this.#note(backend, "info", "discovered", "joining");
    const loop = this.#isOwnListener(place.address, place.port);
    if (loop) this.#apply(backend, { type: "loop", loop }, now);
    const drain = this.#toDrain.delete(this.#table.idOf(slot));
    if (drain) this.#apply(backend, { type: "operator-drain", drain }, now);
    return backend;
  }

  /** Cloned machines share an agent id: all but the first seen get an id of their own. */
  #freeId(machine: Machine, { address, port }: Omit<BackendIdentity, "id">): number {
    let id = backendId(machine.agent, port);
    for (let salt = 0; this.#ids.has(id); salt++) {
      id = backendId(machine.agent, port, salt === 0 ? address : `${address} ${salt}`);
    }
    return id;
  }

  #sayTableIsFull(address: string): void {
    if (this.#tableFullSaid) return;
    this.#tableFullSaid = true;
    const { capacity } = this.#table.size;
    this.#logger.error(
      `The state table is full with ${capacity} backends: ${address} and further ones are left out`,
    );
  }

  /** Gives a row another identity: the server's address, service or agent has changed. */
  #become(backend: Backend, identity: BackendIdentity): void {
    const before = this.#describe(backend);
    this.#byAddress.delete(addressKey(backend.identity));
    backend.identity = identity;
    this.#byAddress.set(addressKey(identity), backend);
    this.#ids.add(identity.id);
    this.#table.move(backend.slot, identity);
    const message = `Backend ${before} is now ${this.#describe(backend)}`;
    this.#noteBackend("info", message, { backend: this.#table.idOf(backend.slot), state: null });
  }

  #isForgettable({ slot, verdict, evidence, since }: Backend, now: number): boolean {
    const enough = evidence.withdrawn || now - since > this.#forgetAfterMs;
    return verdict.state === "down" && enough && this.#table.relaySum("active", slot) === 0;
  }

  #forget(backend: Backend): void {
    this.#note(backend, "info", `forgotten: ${backend.verdict.reason}`, null);
    this.#unlink(backend);
    this.#backends.delete(backend.slot);
    this.#ids.delete(backend.identity.id);
    this.#table.free(backend.slot);
    this.#tableFullSaid = false;
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
    if (table.text("agentVersion", slot) !== report.version) {
      table.setText("agentVersion", slot, report.version);
    }
  }

  #reportEvent(backend: Backend, service: ServiceReport, asked: boolean): LifecycleEvent {
    const { report } = backend.machine;
    const bytesOut = this.#table.relaySum("bytesOut", backend.slot);
    const progress = bytesOut !== backend.bytesOutSeen;
    backend.bytesOutSeen = bytesOut;
    return {
      type: "report",
      asked,
      listening: service.listening,
      acceptQueue: service.acceptQueue,
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
      this.#logChange(backend, before);
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
    for (const other of this.#backends.values()) {
      const isPeer = other !== backend && other.identity.service === backend.identity.service;
      if (isPeer && other.verdict.state === "up") inUse++;
      if (isPeer && other.verdict.state === "ejected") ejected++;
    }
    return ejected + 1 <= mostEjected * (inUse + ejected);
  }

  #logChange(backend: Backend, before: Verdict): void {
    const { state, reason } = backend.verdict;
    const level = state === "down" || state === "ejected" ? "warn" : "info";
    this.#note(backend, level, `is ${state} (was ${before.state}): ${reason}`, state);
  }

  #note(backend: Backend, level: "info" | "warn", what: string, state: BackendState | null): void {
    const message = `Backend ${this.#describe(backend)} ${what}`;
    this.#noteBackend(level, message, { backend: this.#table.idOf(backend.slot), state });
  }

  #names({ slot, identity }: Backend): string[] {
    return [this.#table.idOf(slot), addressKey(identity)];
  }

  #describe({ slot, identity }: Backend): string {
    return `${this.#table.idOf(slot)} (${describePlace(identity)})`;
  }
}

/** Whether a machine still answered when another one was first heard of. */
function isAnswering(machine: Machine, other: Machine): boolean {
  return machine.missed === 0 && machine.answeredRound >= other.sinceRound;
}

function isAt(identity: BackendIdentity, place: Omit<BackendIdentity, "id">): boolean {
  return identity.address === place.address && identity.service === place.service &&
    identity.serviceOrdinal === place.serviceOrdinal;
}

function describePlace(place: { service: string; address: string; port: number }): string {
  return place.service === "" ? addressKey(place) : `${place.service} ${addressKey(place)}`;
}

function addressKey({ address, port }: { address: string; port: number }): string {
  return hostPort(address, port);
}
