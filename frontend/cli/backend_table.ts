import stringWidth from "string-width";
import type { BackendStatus } from "../table/backend_status.ts";
import { type BackendColumn, columnsToSpare, figureColumns } from "./backend_columns.ts";
import { fill } from "./clip.ts";
import type { Paint, Palette } from "./colour.ts";
import { fitColumns } from "./fit_columns.ts";

/** The state table, laid out for a terminal; all its lines are painted and equally wide. */
export interface BackendTable {
  readonly width: number;
  readonly head: string;
  /** The line of a backend. */
  readonly line: (backend: BackendStatus) => string;
  /** The totals. */
  readonly foot: string;
}

/**
 * Lays out the state table, but for the reasons of selection.
 *
 * @param room Columns of the terminal; of the table's own those that matter less are left out.
 */
export function backendTable(
  backends: readonly BackendStatus[],
  room: number,
  palette: Palette,
): BackendTable {
  const widths = new Map(figureColumns.map((column) => [column, widthOf(column, backends)]));
  const { columns, gap, width } = fitColumns(widths, columnsToSpare(backends), room);
  const cells = (
    text: (column: BackendColumn) => string,
    paint: (column: BackendColumn) => Paint,
  ) =>
    columns.map((column) =>
      paint(column)(fill(text(column), widths.get(column) ?? 0, column.align))
    )
      .join(" ".repeat(gap));
  return {
    width,
    head: cells(({ head }) => head, () => palette.heading),
    line: (backend) =>
      cells((column) => column.text(backend), ({ paint }) => paint?.(backend, palette) ?? asItIs),
    foot: cells(({ total }) => total?.(backends) ?? "", () => palette.heading),
  };
}

function widthOf(column: BackendColumn, backends: readonly BackendStatus[]): number {
  const texts = [column.head, column.total?.(backends) ?? "", ...backends.map(column.text)];
  return Math.max(...texts.map((text) => stringWidth(text)));
}

function asItIs(text: string): string {
  return text;
}
