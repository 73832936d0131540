import stringWidth from "string-width";
import { wrap } from "../../lib/config/wrap.ts";
import type { EngineName } from "../../lib/config/settings.ts";
import { oneLine } from "../../lib/systemd/one_line.ts";
import type { FrontendStatus, NextChoice } from "../status.ts";
import { cutCauses } from "../table/cuts.ts";
import type { BackendStatus } from "../table/backend_status.ts";
import { leftOutSentence } from "../table/left_out_services.ts";
import { placeOf, whyText } from "./backend_columns.ts";
import { backendTable } from "./backend_table.ts";
import type { Palette } from "./colour.ts";

/** How a text is to look. */
export interface Look {
  /** Columns of the terminal; infinite where there is none. */
  readonly columns: number;
  readonly palette: Palette;
}

/** Of the servers that may get the next connection, so many are named. */
const choicesNamed = 3;

/** Services that are left out and named one by one. */
const leftOutNamed = 8;

/** The state table and what stands around it. */
export function statusText(status: FrontendStatus, look: Look): string {
  const { columns, palette } = look;
  return [
    ...wrap(headline(status), columns),
    ...replacedLines(status).flatMap((line) => wrap(line, columns)),
    ...cutLines(status).flatMap((line) => wrap(line, columns)),
    ...warnings(status).flatMap((line) => wrap(line, columns).map(palette.warning)),
    "",
    ...table(status.backends, look),
    "",
    ...status.next.flatMap((next) => wrap(nextLine(next, status.backends), columns)),
  ].map((line) => line.trimEnd()).join("\n");
}

/** The program and what it carries, in a line. */
export function headline(
  { version, policy, affinity, engines, uptimeSeconds, connections }: FrontendStatus,
) {
  const bound = affinity === "none" ? "" : `, affinity ${affinity}`;
  return oneLine(
    `lb-frontend ${version}, policy ${policy}${bound}${
      engineText(engines)
    }, up ${uptimeSeconds} s; ` +
      `connections: ${connections.open} open, ${connections.accepted} accepted, ` +
      `${connections.waiting} waiting, ${connections.refused} refused` +
      (connections.clientFaults > 0 ? `, ${connections.clientFaults} reset by two servers` : ""),
  );
}

/** In which replaced processes connections go on: a line, or none where there are none. */
function replacedLines({ replaced }: FrontendStatus): string[] {
  if (replaced.length === 0) return [];
  const each = replaced.map(({ pid, sinceSeconds, open }) =>
    `${pid} since ${sinceSeconds} s with ${open} open`
  );
  return [`processes replaced by a reload: ${each.join(", ")}`];
}

/** Which connections the front end itself ended: a line, or none where there are none. */
function cutLines({ connections: { cut } }: FrontendStatus): string[] {
  // Those that were turned away stand in the headline.
  const causes = cutCauses.filter((cause) => cause !== "no-server" && cut[cause] > 0);
  if (causes.length === 0) return [];
  const counts = causes.map((cause) => `${cut[cause]} ${cause}`);
  return [`connections cut by the front end: ${counts.join(", ")}`];
}

/** How bytes are moved, where that is not as usual. */
function engineText(engines: readonly EngineName[]): string {
  if (engines.every((engine) => engine === "deno")) return "";
  return `, engine ${[...new Set(engines)].join(" and ")}`;
}

/** What the operator should know beside the table, a line each. */
export function warnings(status: FrontendStatus): string[] {
  const { authenticated, interfaces, refusals, leftOut, filtered, sharedAddresses } = status;
  const lines: string[] = [];
  if (!authenticated) lines.push("LB_KEY is not set: anyone on the network can offer a server.");
  if (interfaces.length === 0) lines.push("No usable network interface: nothing is probed.");
  if (sharedAddresses.length > 0) {
    lines.push(
      `Another program may take the servers' answers at ${sharedAddresses.join(", ")}: ` +
        "see lb-frontend doctor.",
    );
  }
  for (const { reason, count, lastFrom, lastClaimed } of refusals) {
    const claim = lastClaimed === null ? "" : `, which called itself ${lastClaimed}`;
    lines.push(`Refused datagrams (${reason}): ${count}, the last one from ${lastFrom}${claim}.`);
  }
  for (const service of leftOut.slice(0, leftOutNamed)) {
    lines.push(`Left out: ${leftOutSentence(service)}.`);
  }
  const others = leftOut.length - leftOutNamed;
  if (others > 0) lines.push(`Left out: ${others} more.`);
  if (filtered > 0) {
    lines.push(`Refused by the kernel, as no messages for a front end: ${filtered} datagrams.`);
  }
  return lines.map(oneLine);
}

/** Whom selection would pick now, and why, in a line. */
export function nextLine(
  { service, backends }: NextChoice,
  rows: readonly BackendStatus[],
): string {
  const to = service === null ? "Next connection" : `Next connection to ${oneLine(service)}`;
  const [likeliest] = backends;
  if (likeliest === undefined) return `${to}: no server can be chosen, clients wait.`;
  const named = backends.slice(0, choicesNamed).map((backend) =>
    `${placeOf(backend)} (${Math.round(backend.chance * 100)}%)`
  );
  const others = backends.length - named.length;
  if (others > 0) named.push(`${others} more`);
  const why = rows.find(({ id }) => id === likeliest.id)?.why ?? null;
  const reason = why === null ? "" : `; the likeliest is ${oneLine(why)}`;
  return `${to}: ${named.join(", ")}${reason}`;
}

/** One backend a line, with its explanation behind it or, where that is too long, below. */
function table(backends: readonly BackendStatus[], { columns, palette }: Look): string[] {
  if (backends.length === 0) return ["No backend has been found yet."];
  const { width, head, line, foot } = backendTable(backends, columns, palette);
  const room = columns - width - 2;
  if (Math.max(...backends.map((backend) => stringWidth(whyText(backend)))) <= room) {
    const rows = backends.map((backend) => `${line(backend)}  ${palette.faint(whyText(backend))}`);
    return [`${head}  ${palette.heading("WHY")}`, ...rows, foot];
  }
  const indent = "    ";
  const rows = backends.flatMap((backend) => [
    line(backend),
    ...wrap(whyText(backend), columns - indent.length).map((why) => indent + palette.faint(why)),
  ]);
  return [head, ...rows, foot];
}
