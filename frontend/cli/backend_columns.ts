import { hostPort } from "../../lib/net/host_port.ts";
import prettyBytes from "pretty-bytes";
import { oneLine } from "../../lib/systemd/one_line.ts";
import type { BackendStatus } from "../table/backend_status.ts";
import type { Paint, Palette } from "./colour.ts";

/** A column of the state table. */
export interface BackendColumn {
  readonly head: string;
  readonly align: "left" | "right";
  /** A cell: one line without control characters. */
  readonly text: (backend: BackendStatus) => string;
  /** What is written at its foot; nothing where it cannot be summed up. */
  readonly total?: (backends: readonly BackendStatus[]) => string;
  /** How a cell is coloured; as it is where absent. */
  readonly paint?: (backend: BackendStatus, palette: Palette) => Paint;
}

/** Stands for what is not known. */
export const unknown = "–";

/** From this part on something is nearly full, and full. */
const nearlyFull = 0.75;
const full = 0.9;

const id: BackendColumn = { head: "ID", align: "left", text: ({ id }) => oneLine(id) };

const server: BackendColumn = {
  head: "SERVER",
  align: "left",
  text: placeOf,
  total: (backends) => counted(backends.length, "server"),
};

const service: BackendColumn = {
  head: "SERVICE",
  align: "left",
  text: ({ service }) => oneLine(service) || unknown,
};

const state: BackendColumn = {
  head: "STATE",
  align: "left",
  text: ({ state }) => oneLine(state),
  total: (backends) => `${backends.filter(({ state }) => state === "up").length} up`,
  paint: ({ state }, palette) => palette.state[state],
};

const cpu: BackendColumn = {
  head: "CPU",
  align: "right",
  text: ({ cpu }) => percent(cpu),
  paint: ({ cpu }, palette) => paintFraction(cpu, palette),
};

const ram: BackendColumn = {
  head: "RAM",
  align: "right",
  text: ({ ram }) => percent(ram),
  paint: ({ ram }, palette) => paintFraction(ram, palette),
};

const rtt: BackendColumn = {
  head: "RTT",
  align: "right",
  text: ({ rttMs }) => shown(rttMs, (ms) => `${ms.toFixed(ms < 100 ? 2 : 0)} ms`),
};

const bytesIn: BackendColumn = {
  head: "IN/s",
  align: "right",
  text: ({ bandwidth }) => shown(bandwidth.inBps, prettyBytes),
  total: (backends) => sumOf(backends.map(({ bandwidth }) => bandwidth.inBps)),
};

const bytesOut: BackendColumn = {
  head: "OUT/s",
  align: "right",
  text: ({ bandwidth }) => shown(bandwidth.outBps, prettyBytes),
  total: (backends) => sumOf(backends.map(({ bandwidth }) => bandwidth.outBps)),
};

const connections: BackendColumn = {
  head: "CONN",
  align: "right",
  text: ({ activeConnections }) => String(activeConnections),
  total: (backends) =>
    String(backends.reduce((sum, { activeConnections }) => sum + activeConnections, 0)),
};

const share: BackendColumn = {
  head: "SHARE",
  align: "right",
  text: ({ share }) => percent(share),
};

const age: BackendColumn = {
  head: "AGE",
  align: "right",
  text: ({ ageMs }) => shown(ageMs, ageText),
};

/** The columns of the state table in their order. */
export const figureColumns: readonly BackendColumn[] = [
  id,
  server,
  service,
  state,
  cpu,
  ram,
  rtt,
  bytesIn,
  bytesOut,
  connections,
  share,
  age,
];

/** The columns that can be left out where there is little room, the first one first. */
export function columnsToSpare(backends: readonly BackendStatus[]): readonly BackendColumn[] {
  const services = new Set(backends.map(({ service }) => service));
  const first = services.size <= 1 ? [id, service, age] : [id, age];
  const later = [rtt, share, bytesIn, bytesOut, ram, cpu, service, connections];
  return [...first, ...later.filter((column) => !first.includes(column))];
}

/** A backend as people name it: `ADDRESS:PORT`, an IPv6 address in brackets. */
export function placeOf({ address, port }: Pick<BackendStatus, "address" | "port">): string {
  return hostPort(oneLine(address), port);
}

/** The explanation of a backend, in a line, with how its check comes out where it has one. */
export function whyText({ why, reason, check }: BackendStatus): string {
  const text = why ?? reason;
  // Of one that fails the reason says it already.
  return oneLine(check === null || text.includes(check) ? text : `${text}; check ${check}`);
}

function shown(value: number | null, format: (value: number) => string): string {
  return value === null ? unknown : format(value);
}

function percent(part: number | null): string {
  return shown(part, (value) => `${Math.round(value * 100)}%`);
}

function ageText(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  return seconds < 6_000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** The sum of what is known. */
function sumOf(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? unknown : prettyBytes(known.reduce((sum, value) => sum + value, 0));
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function paintFraction(part: number | null, palette: Palette): Paint {
  if (part === null || part < nearlyFull) return (text) => text;
  return part < full ? palette.nearlyFull : palette.full;
}
