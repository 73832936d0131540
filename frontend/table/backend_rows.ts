import { hostPort } from "../../lib/net/host_port.ts";
import { backendId } from "../../lib/protocol/backend_id.ts";
import type { Machine } from "../monitor/machine.ts";
import type { Evidence, Verdict } from "./lifecycle.ts";
import type { BackendIdentity } from "./state_table.ts";

/** Where a service is, and what it is called there. */
export type BackendPlace = Omit<BackendIdentity, "id">;

/** One row of the state table, with what only the monitor needs to know of it. */
export interface Backend {
  readonly slot: number;
  machine: Machine;
  /** The address that the machine answered from when it got the row, which counts as its. */
  source: string;
  identity: BackendIdentity;
  evidence: Evidence;
  verdict: Verdict;
  since: number;
  /** Whether it has ever been up, or drained here: only then it keeps its row while it is silent. */
  wasUp: boolean;
  /** Bytes that the server had sent us, and connections that it had reset, at the previous report. */
  signsSeen: number;
  /** Connections that it had taken at the last failure to connect. */
  takenSeen: number;
}

/** The rows that are taken: by slot, by machine, by their own address, and by their agents'. */
export class BackendRows {
  readonly #bySlot = new Map<number, Backend>();
  readonly #neverUp = new Set<Backend>();
  readonly #byAddress = new Map<string, Backend>();
  readonly #byMachine = new Map<Machine, Map<number, Backend>>();
  readonly #bySource = new Map<string, number>();
  readonly #ids = new Set<number>();

  /** All rows, the oldest first. */
  get all(): MapIterator<Backend> {
    return this.#bySlot.values();
  }

  /** Those that have never been up, likewise. */
  get neverUp(): ReadonlySet<Backend> {
    return this.#neverUp;
  }

  /** How many rows there are. */
  get size(): number {
    return this.#bySlot.size;
  }

  /** The row in a slot. */
  at(slot: number): Backend | undefined {
    return this.#bySlot.get(slot);
  }

  /** The row of an address and port. */
  holding(place: BackendPlace): Backend | undefined {
    return this.#byAddress.get(addressKey(place));
  }

  /** The rows of a machine, by port. */
  of(machine: Machine): ReadonlyMap<number, Backend> {
    return this.#byMachine.get(machine) ?? new Map();
  }

  /** How many rows count as those of an agents' address. */
  heldBy(source: string): number {
    return this.#bySource.get(source) ?? 0;
  }

  /** How many agents' addresses have rows. */
  get sources(): number {
    return this.#bySource.size;
  }

  /** Cloned machines share an agent id: all but the first seen get an id of their own. */
  freeId(machine: Machine, { address, port }: BackendPlace): number {
    let id = backendId(machine.agent, port);
    for (let salt = 0; this.#ids.has(id); salt++) {
      id = backendId(machine.agent, port, salt === 0 ? address : `${address} ${salt}`);
    }
    return id;
  }

  /** Adds a row. */
  add(backend: Backend): void {
    this.#bySlot.set(backend.slot, backend);
    this.#neverUp.add(backend);
    this.#name(backend, backend.identity);
    this.#own(backend);
  }

  /** Takes note that a row is to keep its place while it is silent: it is up, or the operator's wish. */
  settle(backend: Backend): void {
    backend.wasUp = true;
    this.#neverUp.delete(backend);
  }

  /** Gives a row to another machine, under an identity of its own. */
  handOver(backend: Backend, machine: Machine, place: BackendPlace): void {
    this.#disown(backend);
    backend.machine = machine;
    backend.source = machine.preferred.address;
    this.#own(backend);
    this.#ids.delete(backend.identity.id);
    this.rename(backend, { ...place, id: this.freeId(machine, place) });
  }

  /** Gives a row another identity. */
  rename(backend: Backend, identity: BackendIdentity): void {
    this.#unname(backend);
    backend.identity = identity;
    this.#name(backend, identity);
  }

  /** Takes address and port away from a row, which goes once its connections have ended. */
  unlink(backend: Backend): void {
    this.#unname(backend);
    const rows = this.#byMachine.get(backend.machine);
    if (rows?.get(backend.identity.port) === backend) rows.delete(backend.identity.port);
    if (rows?.size === 0) this.#byMachine.delete(backend.machine);
  }

  /** Removes a row. */
  delete(backend: Backend): void {
    this.unlink(backend);
    this.#count(backend.source, -1);
    this.#bySlot.delete(backend.slot);
    this.#neverUp.delete(backend);
    this.#ids.delete(backend.identity.id);
  }

  #own(backend: Backend): void {
    const { machine, identity, source } = backend;
    const rows = this.#byMachine.get(machine) ?? new Map<number, Backend>();
    this.#byMachine.set(machine, rows.set(identity.port, backend));
    this.#count(source, 1);
  }

  #disown(backend: Backend): void {
    const { machine, identity, source } = backend;
    const rows = this.#byMachine.get(machine);
    rows?.delete(identity.port);
    if (rows?.size === 0) this.#byMachine.delete(machine);
    this.#count(source, -1);
  }

  #name(backend: Backend, identity: BackendIdentity): void {
    this.#byAddress.set(addressKey(identity), backend);
    this.#ids.add(identity.id);
  }

  #unname(backend: Backend): void {
    const key = addressKey(backend.identity);
    if (this.#byAddress.get(key) === backend) this.#byAddress.delete(key);
  }

  #count(source: string, by: number): void {
    const rows = this.heldBy(source) + by;
    if (rows > 0) this.#bySource.set(source, rows);
    else this.#bySource.delete(source);
  }
}

/** An address and port as people write it. */
export function addressKey({ address, port }: { address: string; port: number }): string {
  return hostPort(address, port);
}
