import type { BackendState } from "./layout.ts";
import type { StateTable } from "./state_table.ts";

/** One backend as people and programs are shown it; figures that are not known are null. */
export interface BackendStatus {
  /** Eight hexadecimal digits. */
  readonly id: string;
  /** Empty where the agent named no service. */
  readonly service: string;
  readonly address: string;
  readonly port: number;
  readonly state: BackendState;
  readonly reason: string;
  /** Busy part of the CPU, 0 to 1. */
  readonly cpu: number | null;
  readonly cores: number | null;
  /** Used part of the memory, 0 to 1. */
  readonly ram: number | null;
  readonly ramBytes: number | null;
  readonly rttMs: number | null;
  /** Connections that wait on the server to be accepted. */
  readonly acceptQueue: number | null;
  /** How the agent's own check of the service comes out, such as "passing" or "HTTP 503". */
  readonly check: string | null;
  /** Bytes per second. */
  readonly linkBps: number | null;
  /** Bytes per second to and from the server. */
  readonly bandwidth: { readonly inBps: number | null; readonly outBps: number | null };
  readonly activeConnections: number;
  readonly totalConnections: number;
  readonly failedConnections: number;
  /** Part of the service's new connections of late, 0 to 1. */
  readonly share: number | null;
  /** Age of the load figures. */
  readonly ageMs: number | null;
  readonly agentVersion: string;
  /** Why selection prefers or spares it at present, in a line; null where that was not asked. */
  readonly why: string | null;
}

/** Says of a slot why selection prefers or spares it. */
export type WhyOf = (slot: number) => string | null;

/** What changes from second to second, in the units of {@linkcode BackendStatus}. */
export interface BackendFigures {
  readonly cpu: number | null;
  readonly ram: number | null;
  readonly rttMs: number | null;
  readonly inBps: number | null;
  readonly outBps: number | null;
  readonly share: number | null;
}

/**
 * Reads one row of the state table.
 *
 * @param now Monotonic milliseconds.
 */
export function backendStatus(
  table: StateTable,
  slot: number,
  now: number,
  whyOf: WhyOf = () => null,
): BackendStatus {
  const reportedAt = table.known("reportedAt", slot);
  return {
    id: table.idOf(slot),
    service: table.text("service", slot),
    address: table.addressOf(slot),
    port: table.portOf(slot),
    state: table.stateOf(slot),
    reason: table.text("reason", slot),
    cpu: rounded(table.known("cpu", slot), 4),
    cores: table.known("cores", slot),
    ram: rounded(table.known("ram", slot), 4),
    ramBytes: table.known("ramBytes", slot),
    rttMs: rounded(table.known("rttMs", slot), 3),
    acceptQueue: table.known("acceptQueue", slot),
    check: table.text("check", slot) || null,
    linkBps: table.known("linkBps", slot),
    bandwidth: {
      inBps: rounded(table.known("inBps", slot), 0),
      outBps: rounded(table.known("outBps", slot), 0),
    },
    activeConnections: table.relaySum("active", slot),
    totalConnections: table.relaySum("total", slot),
    failedConnections: table.relaySum("failed", slot),
    share: rounded(table.known("share", slot), 4),
    ageMs: reportedAt === null ? null : Math.max(0, Math.round(now - reportedAt)),
    agentVersion: table.text("agentVersion", slot),
    why: whyOf(slot),
  };
}

/** All backends, by service, address and port. */
export function allBackends(table: StateTable, now: number, whyOf?: WhyOf): BackendStatus[] {
  return [...table.slots()].map((slot) => backendStatus(table, slot, now, whyOf)).sort(byPlace);
}

/**
 * The figures of which a history is kept, of every backend by its id; null where not known. Newcomers
 * that have served nobody are left out: any number of them may come and go.
 */
export function allFigures(table: StateTable): [string, BackendFigures][] {
  return [...table.slots()].filter((slot) => !isUntried(table, slot))
    .map((slot) => [table.idOf(slot), figuresOf(table, slot)]);
}

function isUntried(table: StateTable, slot: number): boolean {
  return table.stateOf(slot) === "joining" && table.relaySum("total", slot) === 0;
}

function figuresOf(table: StateTable, slot: number): BackendFigures {
  return {
    cpu: table.known("cpu", slot),
    ram: table.known("ram", slot),
    rttMs: table.known("rttMs", slot),
    inBps: table.known("inBps", slot),
    outBps: table.known("outBps", slot),
    share: table.known("share", slot),
  };
}

const inOrder = new Intl.Collator("en", { numeric: true });

function byPlace(one: BackendStatus, other: BackendStatus): number {
  return inOrder.compare(one.service, other.service) ||
    inOrder.compare(one.address, other.address) || one.port - other.port;
}

function rounded(value: number | null, digits: number): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}
