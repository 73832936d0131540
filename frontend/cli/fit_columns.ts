/** Columns that stand side by side. */
export interface FittedColumns<Column> {
  /** Those that are shown, in their order. */
  readonly columns: readonly Column[];
  /** Spaces between two of them. */
  readonly gap: number;
  /** The width of all together. */
  readonly width: number;
}

/**
 * Finds the columns that fit side by side: all of them, else closer together, else without those that
 * can be spared, one after the other.
 *
 * @param widths How wide each column is, in the order in which they stand.
 * @param toSpare Those that can be left out, the first one first.
 * @param room How wide they may be together. What cannot be spared stays, even where it is wider.
 *
 * @example
 * ```ts
 * import { fitColumns } from "./fit_columns.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const widths = new Map([["server", 12], ["state", 8], ["age", 5]]);
 * assertEquals(fitColumns(widths, ["age"], 80).columns, ["server", "state", "age"]);
 * assertEquals(fitColumns(widths, ["age"], 27), {
 *   columns: ["server", "state", "age"],
 *   gap: 1,
 *   width: 27,
 * });
 * assertEquals(fitColumns(widths, ["age"], 26).columns, ["server", "state"]);
 * ```
 */
export function fitColumns<Column>(
  widths: ReadonlyMap<Column, number>,
  toSpare: readonly Column[],
  room: number,
): FittedColumns<Column> {
  for (let spared = 0; spared <= toSpare.length; spared++) {
    const left = [...widths].filter(([column]) => !toSpare.slice(0, spared).includes(column));
    for (const gap of [2, 1]) {
      const fitted = sideBySide(left, gap);
      if (fitted.width <= room) return fitted;
    }
  }
  return sideBySide([...widths].filter(([column]) => !toSpare.includes(column)), 1);
}

function sideBySide<Column>(
  columns: readonly (readonly [Column, number])[],
  gap: number,
): FittedColumns<Column> {
  const sum = columns.reduce((sum, [, width]) => sum + width, 0);
  const width = sum + gap * Math.max(0, columns.length - 1);
  return { columns: columns.map(([column]) => column), gap, width };
}
