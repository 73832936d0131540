import ipaddr from "ipaddr.js";
import { formatBackendId } from "../../lib/protocol/backend_id.ts";
import type { HistogramReading } from "../../lib/metrics/metric_family.ts";
import { cellsPerRow, Histograms } from "./histograms.ts";
import { cellsPerWriter, RecentClients } from "./recent_clients.ts";
import {
  addressBytes,
  type BackendState,
  backendStates,
  head,
  monitorFigures,
  monitorIntegers,
  monitorTexts,
  relayFigures,
  relayHistograms,
  sharedIntegers,
  workerFigures,
  workerHistograms,
} from "./layout.ts";

/** Names of the figures that the monitor writes for a slot. */
export type MonitorFigure = typeof monitorFigures[number];
/** Names of the counters that relay workers write for a slot. */
export type RelayFigure = typeof relayFigures[number];
/** Names of the counters that a relay worker writes for itself. */
export type WorkerFigure = typeof workerFigures[number];
/** Names of the histograms that relay workers write for a slot. */
export type RelayHistogram = keyof typeof relayHistograms;
/** Names of the histograms that a relay worker writes for itself. */
export type WorkerHistogram = keyof typeof workerHistograms;
type MonitorInteger = typeof monitorIntegers[number];
type SharedInteger = typeof sharedIntegers[number];
type MonitorText = keyof typeof monitorTexts;

/** How large a table is. */
export interface TableSize {
  /** How many backends it can hold. */
  readonly capacity: number;
  /** How many relay workers write to it. */
  readonly workers: number;
}

/** What a backend is called and where it is reached. */
export interface BackendIdentity {
  /** 32 bits, shown as eight hexadecimal digits. */
  readonly id: number;
  /** The service's name, at most 15 ASCII characters; empty where the agent gave only a port. */
  readonly service: string;
  /** Place of the service in its agent's list. */
  readonly serviceOrdinal: number;
  /** An IPv4 or IPv6 address. */
  readonly address: string;
  readonly port: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Cuts a text to at most `bytes` bytes of UTF-8 without splitting a character. */
function encodeInto(text: string, target: Uint8Array): void {
  target.fill(0);
  // encodeInto refuses shared memory, so the text is encoded aside first.
  const aside = new Uint8Array(target.length);
  encoder.encodeInto(text, aside);
  target.set(aside);
}

/** What a histogram of each kind takes for one row, in numbers. */
function cellsOf(kinds: Readonly<Record<string, readonly number[]>>): number {
  return Object.values(kinds).reduce((sum, bounds) => sum + cellsPerRow(bounds), 0);
}

function mapValues<Name extends string, From, To>(
  from: Readonly<Record<Name, From>>,
  change: (value: From) => To,
): Record<Name, To> {
  const entries = Object.entries<From>(from).map(([name, value]) => [name, change(value)]);
  return Object.fromEntries(entries) as Record<Name, To>;
}

/**
 * The shared state table: everything that selection, status and metrics know of the backends.
 *
 * All threads build one over the same buffer. Who writes what stands in `layout.ts`. Slots are
 * numbered from 0; a slot keeps its backend until {@linkcode StateTable.free}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { StateTable } from "./state_table.ts";
 *
 * const table = StateTable.create({ capacity: 4, workers: 1 });
 * const slot = table.take({ id: 1, service: "http", serviceOrdinal: 0, address: "10.0.0.11", port: 80 });
 * assertEquals(slot, 0);
 * assertEquals(table.addressOf(0), "10.0.0.11");
 * assertEquals(table.known("cpu", 0), null);
 * ```
 */
export class StateTable {
  /** The memory itself, to be handed to the relay workers. */
  readonly buffer: SharedArrayBuffer;
  /** How large the table is. */
  readonly size: TableSize;

  /** The clients that were answered of late, by any server; each relay worker notes its own. */
  readonly recentClients: RecentClients;

  readonly #head: Int32Array;
  readonly #integers: Record<MonitorInteger, Int32Array>;
  readonly #shared: Record<SharedInteger, Int32Array>;
  readonly #figures: Record<MonitorFigure, Float64Array>;
  /** By figure and worker. */
  readonly #relay: Record<RelayFigure, readonly Float64Array[]>;
  readonly #worker: Record<WorkerFigure, Float64Array>;
  readonly #relayHistograms: Record<RelayHistogram, Histograms>;
  readonly #workerHistograms: Record<WorkerHistogram, Histograms>;
  readonly #texts: Record<MonitorText, Uint8Array>;
  readonly #addresses: Uint8Array;

  /** Opens a table that {@linkcode StateTable.create} made. */
  constructor(buffer: SharedArrayBuffer, size: TableSize) {
    this.buffer = buffer;
    this.size = size;
    let offset = 0;
    const { capacity, workers } = size;
    const doubles = (length: number): Float64Array => {
      const column = new Float64Array(buffer, offset, length);
      offset += column.byteLength;
      return column;
    };
    const integers = (length: number): Int32Array => {
      const column = new Int32Array(buffer, offset, length);
      offset += column.byteLength;
      return column;
    };
    const bytes = (length: number): Uint8Array => {
      const column = new Uint8Array(buffer, offset, length);
      offset += column.byteLength;
      return column;
    };
    const columns = <Name extends string, Column>(
      names: readonly Name[],
      make: (name: Name) => Column,
    ) => Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Column>;

    // Widest elements first: everything stays aligned whatever the capacity.
    this.#figures = columns(monitorFigures, () => doubles(capacity));
    this.#relay = columns(
      relayFigures,
      () => Array.from({ length: workers }, () => doubles(capacity)),
    );
    this.#worker = columns(workerFigures, () => doubles(workers));
    const histograms = (rows: number) => (bounds: readonly number[]) =>
      new Histograms(bounds, doubles(rows * cellsPerRow(bounds)));
    this.#relayHistograms = mapValues(relayHistograms, histograms(capacity * workers));
    this.#workerHistograms = mapValues(workerHistograms, histograms(workers));
    this.recentClients = new RecentClients(doubles(workers * cellsPerWriter));
    this.#head = integers(head.length);
    this.#integers = columns(monitorIntegers, () => integers(capacity));
    this.#shared = columns(sharedIntegers, () => integers(capacity));
    this.#texts = columns(
      Object.keys(monitorTexts) as MonitorText[],
      (name) => bytes(capacity * monitorTexts[name]),
    );
    this.#addresses = bytes(capacity * addressBytes);
  }

  /** Makes an empty table. */
  static create(size: TableSize): StateTable {
    const relayDoubles = relayFigures.length + cellsOf(relayHistograms);
    const perSlot = monitorFigures.length * 8 + relayDoubles * 8 * size.workers +
      (monitorIntegers.length + sharedIntegers.length) * 4 + addressBytes +
      Object.values(monitorTexts).reduce((sum, bytes) => sum + bytes, 0);
    const workerDoubles = workerFigures.length + cellsOf(workerHistograms) + cellsPerWriter;
    const once = workerDoubles * 8 * size.workers + head.length * 4;
    return new StateTable(new SharedArrayBuffer(size.capacity * perSlot + once), size);
  }

  // ---------------------------------------------------------------- slots (monitor)

  /**
   * Gives a backend a slot, with all figures unknown and the state `joining`.
   *
   * @returns the slot, or null where the table is full.
   * @throws {Error} If the address is none.
   */
  take(identity: BackendIdentity): number | null {
    let slot = 0;
    while (slot < this.size.capacity && this.isTaken(slot)) slot++;
    if (slot === this.size.capacity) return null;
    for (const figure of monitorFigures) this.#figures[figure][slot] = NaN;
    // A free slot has no open connections, so no worker writes its counters just now.
    for (let worker = 0; worker < this.size.workers; worker++) {
      for (const figure of relayFigures) this.setRelayFigure(figure, slot, worker, 0);
      this.setRelayFigure("connectMs", slot, worker, NaN);
      this.setRelayFigure("firstByteMs", slot, worker, NaN);
      this.setRelayFigure("shortestConnectMs", slot, worker, NaN);
      for (const each of Object.values(this.#relayHistograms)) each.clear(this.#row(slot, worker));
    }
    for (const column of sharedIntegers) Atomics.store(this.#shared[column], slot, 0);
    this.setText("reason", slot, "");
    this.setText("agentVersion", slot, "");
    this.setText("check", slot, "");
    this.#setIdentity(slot, identity);
    this.#integers.state[slot] = backendStates.indexOf("joining");
    this.#integers.lastResort[slot] = 0;
    Atomics.add(this.#integers.tenancy, slot, 1);
    this.#bumpGeneration(slot);
    if (slot >= this.used) Atomics.store(this.#head, head.used, slot + 1);
    return slot;
  }

  /**
   * Renames or moves the backend of a slot. Its generation changes, as what threads remember of the
   * slot is no longer true; its counters stay.
   */
  move(slot: number, identity: BackendIdentity): void {
    this.#bumpGeneration(slot);
    this.#setIdentity(slot, identity);
    this.#bumpGeneration(slot);
    this.announceChange();
  }

  #setIdentity(slot: number, identity: BackendIdentity): void {
    const address = ipaddr.parse(identity.address);
    this.#integers.id[slot] = identity.id;
    this.#integers.port[slot] = identity.port;
    this.#integers.serviceOrdinal[slot] = identity.serviceOrdinal;
    this.#integers.addressFamily[slot] = address.kind() === "ipv4" ? 4 : 6;
    this.#addresses.fill(0, slot * addressBytes, (slot + 1) * addressBytes);
    this.#addresses.set(address.toByteArray(), slot * addressBytes);
    this.setText("service", slot, identity.service);
  }

  /** Gives a slot back; it must have no open connections. */
  free(slot: number): void {
    this.#bumpGeneration(slot);
    this.announceChange();
  }

  #bumpGeneration(slot: number): void {
    Atomics.add(this.#integers.generation, slot, 1);
  }

  /** Whether a slot holds a backend. */
  isTaken(slot: number): boolean {
    return (this.generation(slot) & 1) === 1;
  }

  /** A number that changes whenever the slot is taken, freed or moved; odd while it is taken. */
  generation(slot: number): number {
    return Atomics.load(this.#integers.generation, slot);
  }

  /** A number that changes whenever the slot is given to another backend. */
  tenancy(slot: number): number {
    return Atomics.load(this.#integers.tenancy, slot);
  }

  /** One more than the highest slot that was ever used. */
  get used(): number {
    return Atomics.load(this.#head, head.used);
  }

  /** The slots that hold a backend, lowest first. */
  *slots(): Generator<number> {
    for (let slot = 0; slot < this.used; slot++) if (this.isTaken(slot)) yield slot;
  }

  // ---------------------------------------------------------------- changes of who may be chosen

  /** Grows with every change of who may be chosen. */
  get epoch(): number {
    return Atomics.load(this.#head, head.epoch);
  }

  /** Tells all threads that who may be chosen has changed. */
  announceChange(): void {
    Atomics.add(this.#head, head.epoch, 1);
    Atomics.notify(this.#head, head.epoch);
    this.announceVacancy();
  }

  /** Waits until the epoch is no longer `seen`, at most `timeoutMs` milliseconds. */
  async changeSince(seen: number, timeoutMs: number): Promise<void> {
    const wait = Atomics.waitAsync(this.#head, head.epoch, seen, timeoutMs);
    if (wait.async) await wait.value;
  }

  // ---------------------------------------------------------------- vacancies

  /** Grows whenever a server may have room again, and with every change of who may be chosen. */
  get vacancyCount(): number {
    return Atomics.load(this.#head, head.vacancies);
  }

  /** Tells all threads that a connection has left a server. */
  announceVacancy(): void {
    Atomics.add(this.#head, head.vacancies, 1);
    Atomics.notify(this.#head, head.vacancies);
  }

  /** Waits until the count of vacancies is no longer `seen`, at most `timeoutMs` milliseconds. */
  async vacancySince(seen: number, timeoutMs: number): Promise<void> {
    const wait = Atomics.waitAsync(this.#head, head.vacancies, seen, timeoutMs);
    if (wait.async) await wait.value;
  }

  // ---------------------------------------------------------------- places at a server

  /** Takes a place at the server of a slot, unless as many as it may have are taken already. */
  occupy(slot: number, most: number): boolean {
    const { occupied } = this.#shared;
    for (;;) {
      const taken = Atomics.load(occupied, slot);
      if (taken >= most) return false;
      if (Atomics.compareExchange(occupied, slot, taken, taken + 1) === taken) return true;
    }
  }

  /** Gives places at the server of a slot back, as far as there are any. */
  vacate(slot: number, count: number): void {
    const { occupied } = this.#shared;
    for (;;) {
      const taken = Atomics.load(occupied, slot);
      const left = Math.max(0, taken - count);
      if (Atomics.compareExchange(occupied, slot, taken, left) === taken) return;
    }
  }

  // ---------------------------------------------------------------- identity and state

  /** The backend's id as eight hexadecimal digits. */
  idOf(slot: number): string {
    return formatBackendId(this.#integers.id[slot] ?? 0);
  }

  /** The address as text, IPv6 in its short form. */
  addressOf(slot: number): string {
    const length = this.#integers.addressFamily[slot] === 4 ? 4 : 16;
    const start = slot * addressBytes;
    return ipaddr.fromByteArray([...this.#addresses.subarray(start, start + length)]).toString();
  }

  /** The TCP port. */
  portOf(slot: number): number {
    return this.#integers.port[slot] ?? 0;
  }

  /** Place of the service in its agent's list; 0 serves a bare port. */
  serviceOrdinalOf(slot: number): number {
    return this.#integers.serviceOrdinal[slot] ?? 0;
  }

  /** The state of a backend. */
  stateOf(slot: number): BackendState {
    return backendStates[this.#integers.state[slot] ?? 4] ?? "down";
  }

  /** Whether the backend may be tried when none is up. */
  isLastResort(slot: number): boolean {
    return this.#integers.lastResort[slot] === 1;
  }

  /** Writes the state, since when, why, and whether it may serve as a last resort. */
  setState(
    slot: number,
    state: BackendState,
    { since, reason, lastResort }: { since: number; reason: string; lastResort: boolean },
  ): void {
    this.#integers.state[slot] = backendStates.indexOf(state);
    this.#integers.lastResort[slot] = lastResort ? 1 : 0;
    this.#figures.stateSince[slot] = since;
    this.setText("reason", slot, reason);
  }

  /** A text of a slot. */
  text(name: MonitorText, slot: number): string {
    const length = monitorTexts[name];
    // Decoding refuses shared memory: slice copies.
    const bytes = this.#texts[name].slice(slot * length, (slot + 1) * length);
    const end = bytes.indexOf(0);
    return decoder.decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  /** Writes a text, cut where it is too long. */
  setText(name: MonitorText, slot: number, text: string): void {
    const length = monitorTexts[name];
    encodeInto(text, this.#texts[name].subarray(slot * length, (slot + 1) * length));
  }

  // ---------------------------------------------------------------- figures

  /** A figure as a number, NaN where it is unknown: what selection calculates with. */
  figure(name: MonitorFigure, slot: number): number {
    return this.#figures[name][slot] ?? NaN;
  }

  /** A figure, null where it is unknown: what people and programs are shown. */
  known(name: MonitorFigure, slot: number): number | null {
    const value = this.figure(name, slot);
    return Number.isNaN(value) ? null : value;
  }

  /** Writes a figure; null where it is unknown. */
  setFigure(name: MonitorFigure, slot: number, value: number | null): void {
    this.#figures[name][slot] = value ?? NaN;
  }

  /** A relay counter of one worker. */
  relayFigure(name: RelayFigure, slot: number, worker: number): number {
    return this.#relay[name][worker]?.[slot] ?? 0;
  }

  /** A relay counter of all workers together. */
  relaySum(name: RelayFigure, slot: number): number {
    let sum = 0;
    for (const column of this.#relay[name]) sum += column[slot] ?? 0;
    return sum;
  }

  /** The columns of a relay counter, one per worker and by slot: for loops over many slots. */
  relayColumns(name: RelayFigure): readonly Float64Array[] {
    return this.#relay[name];
  }

  /** Writes a relay counter of one worker. */
  setRelayFigure(name: RelayFigure, slot: number, worker: number, value: number): void {
    const column = this.#relay[name][worker];
    if (column !== undefined) column[slot] = value;
  }

  /** Adds to a relay counter of one worker. */
  addRelayFigure(name: RelayFigure, slot: number, worker: number, by: number): void {
    const column = this.#relay[name][worker];
    if (column !== undefined) column[slot] = (column[slot] ?? 0) + by;
  }

  /** Notes a value in a worker's histogram of a slot. */
  noteRelay(name: RelayHistogram, slot: number, worker: number, value: number): void {
    this.#relayHistograms[name].note(this.#row(slot, worker), value);
  }

  /** A slot's histogram, of all workers together. */
  relayHistogram(name: RelayHistogram, slot: number): HistogramReading {
    const workers = Array.from({ length: this.size.workers }, (_, worker) => worker);
    return this.#relayHistograms[name].read(workers.map((worker) => this.#row(slot, worker)));
  }

  #row(slot: number, worker: number): number {
    return worker * this.size.capacity + slot;
  }

  /** Notes a value in a worker's own histogram. */
  noteWorker(name: WorkerHistogram, worker: number, value: number): void {
    this.#workerHistograms[name].note(worker, value);
  }

  /** A worker's own histogram. */
  workerHistogram(name: WorkerHistogram, worker: number): HistogramReading {
    return this.#workerHistograms[name].read([worker]);
  }

  /** A worker's own counter. */
  workerFigure(name: WorkerFigure, worker: number): number {
    return this.#worker[name][worker] ?? 0;
  }

  /** A worker's own counter, of all workers together. */
  workerSum(name: WorkerFigure): number {
    return this.#worker[name].reduce((sum, value) => sum + value, 0);
  }

  /** Writes a worker's own counter. */
  setWorkerFigure(name: WorkerFigure, worker: number, value: number): void {
    this.#worker[name][worker] = value;
  }

  /** Adds to a worker's own counter. */
  addWorkerFigure(name: WorkerFigure, worker: number, by: number): void {
    this.#worker[name][worker] = (this.#worker[name][worker] ?? 0) + by;
  }
}
