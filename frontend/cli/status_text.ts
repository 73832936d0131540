import Table from "cli-table3";
import prettyBytes from "pretty-bytes";
import type { FrontendStatus } from "../status.ts";
import type { BackendStatus } from "../table/backend_status.ts";

const unknown = "–";

/** The state table and what stands around it, as text for a terminal. */
export function statusText(status: FrontendStatus): string {
  return [headline(status), ...notes(status), backendTable(status.backends)].join("\n");
}

/** The state table alone, one backend a line. */
export function backendTable(backends: readonly BackendStatus[]): string {
  if (backends.length === 0) return "No backend has been found yet.";
  const table = new Table({
    head: [
      "ID",
      "SERVER",
      "SERVICE",
      "STATE",
      "CPU",
      "RAM",
      "RTT",
      "IN",
      "OUT",
      "CONN",
      "SHARE",
      "AGE",
      "REASON",
    ],
    colAligns: [
      "left",
      "left",
      "left",
      "left",
      "right",
      "right",
      "right",
      "right",
      "right",
      "right",
      "right",
      "right",
      "left",
    ],
    chars: noBorders,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
  });
  table.push(...backends.map(cells));
  return table.toString().split("\n").map((line) => line.trimEnd()).join("\n");
}

const noBorders = Object.fromEntries(
  [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
    "mid-mid",
    "right",
    "right-mid",
    "middle",
  ].map((name) => [name, ""]),
);

function cells(backend: BackendStatus): string[] {
  return [
    backend.id,
    place(backend),
    backend.service || unknown,
    backend.state,
    percent(backend.cpu),
    percent(backend.ram),
    shown(backend.rttMs, (ms) => `${ms.toFixed(2)} ms`),
    shown(backend.bandwidth.inBps, perSecond),
    shown(backend.bandwidth.outBps, perSecond),
    String(backend.activeConnections),
    percent(backend.share),
    shown(backend.ageMs, (ms) => `${(ms / 1000).toFixed(1)} s`),
    backend.reason,
  ];
}

function headline(status: FrontendStatus) {
  const { version, policy, affinity, engines, uptimeSeconds, connections } = status;
  const bound = affinity === "none" ? "" : `, affinity ${affinity}`;
  const moved = engines.every((engine) => engine === "deno")
    ? ""
    : `, engine ${[...new Set(engines)].join(" and ")}`;
  return `lb-frontend ${version}, policy ${policy}${bound}${moved}, up ${uptimeSeconds} s; ` +
    `connections: ${connections.open} open, ${connections.accepted} accepted, ` +
    `${connections.waiting} waiting, ${connections.refused} refused`;
}

function notes({ authenticated, interfaces, refusals }: FrontendStatus): string[] {
  const lines: string[] = [];
  if (!authenticated) lines.push("LB_KEY is not set: anyone on the network can offer a server.");
  if (interfaces.length === 0) lines.push("No usable network interface: nothing is probed.");
  for (const { reason, count, lastFrom } of refusals) {
    lines.push(`Refused datagrams (${reason}): ${count}, the last one from ${lastFrom}.`);
  }
  return lines;
}

function place({ address, port }: BackendStatus): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function shown(value: number | null, format: (value: number) => string): string {
  return value === null ? unknown : format(value);
}

function percent(part: number | null): string {
  return shown(part, (value) => `${Math.round(value * 100)}%`);
}

function perSecond(bytes: number): string {
  return `${prettyBytes(bytes, { maximumFractionDigits: 1 })}/s`;
}
