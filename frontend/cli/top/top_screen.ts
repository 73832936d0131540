import stringWidth from "string-width";
import { wrap } from "../../../lib/config/wrap.ts";
import { oneLine } from "../../../lib/systemd/one_line.ts";
import type { FrontendStatus } from "../../status.ts";
import type { BackendStatus } from "../../table/backend_status.ts";
import { placeOf, whyText } from "../backend_columns.ts";
import { backendTable } from "../backend_table.ts";
import { clip, fill } from "../clip.ts";
import { type Palette, paletteOf } from "../colour.ts";
import { nextLine, warnings } from "../status_text.ts";
import { sortTitle } from "./sort_order.ts";
import { scrolledTo, selectedBackend, shownBackends, type TopState } from "./top_state.ts";

/** A terminal's size in characters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * What the table is left, and what the explanations in its lines need at least: in a narrower terminal
 * there is only that of the selected backend, below the table.
 */
const leastTableColumns = 80;
const leastWhyColumns = 38;

/** Lines that the explanation of the selected backend may take. */
const detailLines = 2;

const help = [
  "↑ ↓  j k          select a server",
  "PgUp PgDn         a page up or down",
  "Home End  g G     the first, the last server",
  "← →               sort by another column",
  "r                 reverse the order",
  "/                 show only what contains a text (Esc: show all again)",
  "d                 drain: no new connections for the selected server",
  "u                 undrain: new connections again",
  "q  Ctrl-C         leave",
  "",
  "WHY: a server is preferred or spared by what a connection to it costs: the",
  "connections in flight, times what tilts the choice. CPU ×2 makes each",
  "connection there count twice.",
  "",
  "Any key: back",
];

const keysInShort = "q quit  ↑↓ select  ←→ sort  r reverse  d drain  u undrain  / filter  ? help";

/** In fewer rows than this only the table and one line at either end are shown. */
const roomyRows = 12;

/** How many backends stand on the screen. */
export function pageOf(state: TopState, { rows }: Size): number {
  const [above, below] = heights(state, rows);
  // The head and the totals of the table stand there, too.
  return Math.max(1, rows - above - below - 2);
}

/** How many lines stand above and below the table. */
function heights({ status }: TopState, rows: number): [above: number, below: number] {
  if (rows < roomyRows) return [1, 1];
  return [2, detailLines + (status?.next.length ?? 1) + 1];
}

/** The screen, as many lines as there are, none of them wider than the terminal. */
export function drawScreen(state: TopState, size: Size, palette: Palette): string[] {
  const lines = state.mode.kind === "help"
    ? [palette.heading("Keys"), "", ...help.map((line) => clip(line, size.columns))]
    : tableScreen(state, size, palette);
  return [...lines, ...Array(size.rows).fill("")].slice(0, size.rows);
}

function tableScreen(state: TopState, size: Size, palette: Palette): string[] {
  const { columns, rows } = size;
  const [above, below] = heights(state, rows);
  const page = pageOf(state, size);
  const table = tableLines(scrolledTo(state, page), page, columns, palette);
  return [
    ...header(state, columns, palette, above),
    ...table,
    ...Array(Math.max(0, page + 2 - table.length)).fill(""),
    ...footer(state, columns, palette).slice(-below),
  ];
}

// ---------------------------------------------------------------- above the table

/** The title and what is wrong or, where there is but one line for both, what matters more. */
function header(state: TopState, columns: number, palette: Palette, lines: number): string[] {
  const title = palette.heading(clip(titleOf(state), columns));
  const alert = state.trouble === null ? alerts(state.status) : "The front end does not answer.";
  const alertLine = alert === null ? "" : palette.warning(clip(alert, columns));
  if (lines === 1) return [alert === null ? title : alertLine];
  return [title, alertLine];
}

function titleOf({ status, sort, reversed, filter }: TopState): string {
  const order = `by ${sortTitle(sort, reversed)}`;
  const filtered = filter === "" ? "" : `  /${oneLine(filter)}`;
  if (status === null) return `lb-frontend  ${order}${filtered}`;
  const { version, policy, uptimeSeconds, connections } = status;
  const waiting = connections.waiting === 0 ? "" : `, ${connections.waiting} waiting`;
  const open = `${connections.open} open${waiting}`;
  return oneLine(
    `lb-frontend ${version}  ${policy}  up ${
      duration(uptimeSeconds)
    }  ${open}  ${order}${filtered}`,
  );
}

function alerts(status: FrontendStatus | null): string | null {
  const [first, ...more] = status === null ? [] : warnings(status);
  if (first === undefined) return null;
  return more.length === 0 ? first : `${first} (and ${more.length} more: lb-frontend status)`;
}

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${seconds} s`;
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} days`;
}

// ---------------------------------------------------------------- the table

function tableLines(state: TopState, page: number, columns: number, palette: Palette): string[] {
  const shown = shownBackends(state);
  if (shown.length === 0) return [clip(nothingToShow(state), columns)];
  const roomForWhy = roomLeftForWhy(shown, columns);
  const table = backendTable(shown, columns - roomForWhy, palette);
  const plain = backendTable(shown, columns - roomForWhy, paletteOf(false));
  const beside = (why: string) => roomForWhy === 0 ? "" : `  ${why}`;
  const whyOf = (backend: BackendStatus) =>
    beside(clip(whyText(backend), columns - table.width - 2));
  const line = (backend: BackendStatus, at: number) => {
    const text = plain.line(backend) + whyOf(backend);
    if (at === state.selected) return palette.selected(fill(text, columns));
    // What is no longer true is not to catch the eye.
    if (state.trouble !== null) return palette.faint(clip(text, columns));
    return table.width > columns ? clip(text, columns) : table.line(backend) + whyOf(backend);
  };
  const rows = shown.map((backend, at) => ({ backend, at })).slice(
    state.scroll,
    state.scroll + page,
  );
  return [
    palette.heading(clip(plain.head + beside("WHY"), columns)),
    ...rows.map(({ backend, at }) => line(backend, at)),
    palette.heading(clip(plain.foot, columns)),
  ];
}

/** Columns to keep free beside the table, the gap included. */
function roomLeftForWhy(backends: readonly BackendStatus[], columns: number): number {
  const most = columns - leastTableColumns;
  if (most < leastWhyColumns + 2) return 0;
  const longest = Math.max(...backends.map((backend) => stringWidth(whyText(backend))));
  return Math.min(longest + 2, most);
}

function nothingToShow({ status, filter }: TopState): string {
  if (status === null) return "Waiting for the front end to answer.";
  if (status.backends.length === 0) return "No backend has been found yet.";
  return `No backend contains “${oneLine(filter)}”.`;
}

// ---------------------------------------------------------------- below the table

function footer(state: TopState, columns: number, palette: Palette): string[] {
  const { status } = state;
  const next = status?.next.map((each) => nextLine(each, status.backends)) ?? [""];
  return [
    ...detail(state, columns),
    ...next.map((line) => palette.faint(clip(line, columns))),
    prompt(state, columns, palette),
  ];
}

/** In full what is cut off above: what is wrong, or else how the selected backend is. */
function detail(state: TopState, columns: number): string[] {
  const lines = wrap(detailText(state), columns).map((line) => clip(line, columns));
  return [...lines, ...Array(detailLines).fill("")].slice(0, detailLines);
}

function detailText(state: TopState): string {
  if (state.trouble !== null) return oneLine(state.trouble);
  const backend = selectedBackend(state);
  if (backend === null) return "";
  return `${placeOf(backend)} is ${backend.state}; ${whyText(backend)}`;
}

function prompt({ mode, filter, notice }: TopState, columns: number, palette: Palette): string {
  switch (mode.kind) {
    case "confirm":
      return palette.warning(clip(question(mode), columns));
    case "filter":
      return palette.warning(
        clip(`Show what contains: ${oneLine(filter)}_  (Enter, Esc)`, columns),
      );
    default:
      return notice === null
        ? palette.faint(clip(keysInShort, columns))
        : palette.warning(clip(oneLine(notice), columns));
  }
}

function question({ drain, place }: { readonly drain: boolean; readonly place: string }): string {
  return drain
    ? `Drain ${place}: send it no new connections? (y/n)`
    : `Undrain ${place}: send it new connections again? (y/n)`;
}
