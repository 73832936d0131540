import type {
  CpuLoad,
  LoadSource,
  Pressure,
  RamLoad,
  ServiceReport,
} from "../lib/protocol/messages.ts";
import type { CheckNotRun } from "./check/service_checks.ts";
import { checkWords } from "../lib/protocol/check_outcome.ts";
import type { RefusalReason } from "../lib/protocol/refusal.ts";
import { refusalSentences } from "../lib/protocol/refusal.ts";

/** What `lb-agent status --json` prints. */
export interface AgentStatus {
  /** 16 hexadecimal digits that survive a restart. */
  readonly id: string;
  readonly version: string;
  /** How long the agent has been running, in seconds. */
  readonly uptimeSeconds: number;
  readonly group: string;
  readonly port: number;
  /** Whether `LB_KEY` is set. */
  readonly authenticated: boolean;
  readonly advertise: string | null;
  readonly draining: boolean;
  readonly leaving: boolean;
  readonly services: readonly ServiceStatus[];
  /** Checks of services that cannot be run. */
  readonly checksNotRun: readonly CheckNotRun[];
  readonly cpu: CpuLoad | null;
  readonly ram: RamLoad | null;
  readonly pressure: Pressure | null;
  readonly establishedTcp: number | null;
  /** Where the group is joined. */
  readonly interfaces: readonly { readonly name: string; readonly address: string }[];
  /** The machine's addresses at which it hears probes by unicast. */
  readonly unicast: readonly string[];
  /** Who probes, or did in the last three minutes. */
  readonly monitors: readonly MonitorStatus[];
  /** Probes that were answered. */
  readonly answered: number;
  readonly refusals: readonly RefusalStatus[];
  /** Probes that went without an answer because too many answers were waiting. */
  readonly overloaded: number;
  /** Datagrams that the kernel threw away at the agent's sockets, as their buffers were full. */
  readonly dropped: number;
  /** Datagrams that the kernel refused for the agent, as they are no messages that it takes. */
  readonly filtered: number;
}

/** A service that this agent advertises. */
export interface ServiceStatus extends ServiceReport {
  /** The id by which front ends know it, unless a cloned machine has taken it. */
  readonly backend: string;
}

/** A monitor that probes this agent. */
export interface MonitorStatus {
  readonly address: string;
  readonly port: number;
  /** Milliseconds since its last probe. */
  readonly lastProbeMs: number;
  /** Whether it keeps probing. */
  readonly live: boolean;
  /** Which of the two keys its last probe was signed with. */
  readonly key: "current" | "previous";
}

/** Datagrams that were not answered. */
export interface RefusalStatus {
  readonly reason: RefusalReason;
  readonly count: number;
  /** Where the last one came from, `ADDRESS:PORT`. */
  readonly lastFrom: string;
  /** Where the last one claimed to come from, where that is what was wrong; else null. */
  readonly lastClaimed: string | null;
}

/** The line that systemd shows: what the agent is doing. */
export function statusLine(services: number, monitors: number, draining: boolean): string {
  const probed = monitors === 0
    ? "not probed by any front end"
    : `probed by ${counted(monitors, "front end")}`;
  return `${counted(services, "service")}, ${probed}${draining ? ", draining" : ""}`;
}

/** Words the status for people, as aligned lines. */
export function renderStatus(status: AgentStatus): string {
  const sections: [string, string[]][] = [
    ["agent", [`${status.id}, version ${status.version}, up ${upFor(status.uptimeSeconds)}`]],
    ["state", [stateOf(status)]],
    ["key", [
      status.authenticated
        ? "LB_KEY is set"
        : "none is set, so messages are only checked for damage: set LB_KEY on every machine",
    ]],
    ["group", [groupOf(status)]],
    ...(status.advertise === null ? [] : [["advertise", [status.advertise]] as [string, string[]]]),
    ["services", aligned(status.services.map(serviceCells))],
    ...status.checksNotRun.map(({ service, reason }): [string, string[]] => [
      "unchecked",
      [`${service}: ${reason}`],
    ]),
    ["cpu", [cpuOf(status.cpu)]],
    ["ram", [ramOf(status.ram)]],
    ["pressure", [pressureOf(status.pressure)]],
    ["tcp", [status.establishedTcp === null ? unknown : `${status.establishedTcp} established`]],
    ["monitors", orElse(aligned(status.monitors.map(monitorCells)), "none has probed this agent")],
    ["refused", orElse(aligned(refusalRows(status)), "nothing")],
  ];
  return sections.flatMap(([title, lines]) => titled(title, lines)).join("\n");
}

const unknown = "unknown";
const titleWidth = 11;

function titled(title: string, lines: readonly string[]): string[] {
  return lines.map((line, at) => (at === 0 ? title : "").padEnd(titleWidth) + line);
}

function orElse(lines: string[], otherwise: string): string[] {
  return lines.length > 0 ? lines : [otherwise];
}

/** Pads the cells of each column, but the last, to the same width. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widthOf = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row.map((cell, column) => column === row.length - 1 ? cell : cell.padEnd(widthOf(column) + 2))
      .join("").trimEnd()
  );
}

function stateOf({ draining, leaving }: AgentStatus): string {
  if (leaving) return "leaving";
  return draining ? "draining: asks for no new connections" : "takes new connections";
}

function groupOf({ group, port, interfaces }: AgentStatus): string {
  const places = interfaces.map(({ name, address }) => `${name} (${address})`).join(", ");
  return `${group}:${port} on ${places || "no interface: no front end can find this agent"}`;
}

function serviceCells(service: ServiceStatus): string[] {
  const { name, port, listening, acceptQueue, check, backend } = service;
  const queue = acceptQueue === null ? "" : `, ${counted(acceptQueue, "connection")} waiting`;
  const state = listening === null
    ? "unknown: /proc/net/tcp cannot be read"
    : (listening ? "listening" : "not listening") + queue;
  const checked = check === null ? "" : `, check: ${checkWords(check)}`;
  return [name || "-", String(port), `backend ${backend}`, state + checked];
}

function cpuOf(cpu: CpuLoad | null): string {
  if (cpu === null) return unknown;
  return `${percent(cpu.busy)} of ${counted(cpu.cores, "core")} (${sourceOf(cpu.source)})`;
}

function ramOf(ram: RamLoad | null): string {
  if (ram === null) return unknown;
  return `${percent(ram.used)} of ${gibibytes(ram.totalBytes)} (${sourceOf(ram.source)})`;
}

function sourceOf(source: LoadSource): string {
  return source === "machine" ? "the whole machine" : `limit of ${source.replace("-", " ")}`;
}

function pressureOf(pressure: Pressure | null): string {
  if (pressure === null) return unknown;
  const { cpu, memory, io } = pressure;
  return `cpu ${percent(cpu)}, memory ${percent(memory)}, io ${percent(io)}`;
}

function monitorCells({ address, port, lastProbeMs, live, key }: MonitorStatus): string[] {
  const seen = `last probe ${(lastProbeMs / 1000).toFixed(1)} s ago`;
  const old = key === "previous" ? ", with the previous key" : "";
  return [`${address}:${port}`, seen + (live ? "" : ", silent") + old];
}

function refusalRows({ refusals, overloaded, dropped, filtered }: AgentStatus): string[][] {
  const rows = refusals.map(({ reason, count, lastFrom, lastClaimed }) => [
    `${count}`,
    reason,
    `last from ${lastFrom}${lastClaimed === null ? "" : ` as ${lastClaimed}`}`,
    refusalSentences[reason],
  ]);
  if (overloaded > 0) rows.push([`${overloaded}`, "overload", "", "Too many answers were waiting"]);
  if (dropped > 0) {
    rows.push([`${dropped}`, "dropped", "", "Came faster than they could be read: a flood?"]);
  }
  if (filtered > 0) {
    rows.push([`${filtered}`, "filtered", "", "Refused by the kernel: no messages for this agent"]);
  }
  return rows;
}

function counted(count: number, noun: string): string {
  return `${Math.round(count * 100) / 100} ${noun}${count === 1 ? "" : "s"}`;
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)}%`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function upFor(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${Math.floor(seconds)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 1) return `${minutes} min`;
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
