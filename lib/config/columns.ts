import { wrap } from "./wrap.ts";

/** The widest line of a help text. */
const width = 100;

/**
 * Sets rows in aligned columns, indented by two; the last column wraps at 100 characters.
 *
 * @param rows Rows of the same number of columns.
 * @returns lines, each with its line end.
 */
export function columns(rows: readonly (readonly string[])[]): string {
  const leading = Math.max(0, ...rows.map((row) => row.length - 1));
  const widths = Array.from(
    { length: leading },
    (_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  const indent = 2 + widths.reduce((sum, each) => sum + each + 2, 0);
  return rows.map((row) => {
    const cells = widths.map((each, column) => (row[column] ?? "").padEnd(each + 2));
    const last = wrap(row.at(-1) ?? "", width - indent).join(`\n${" ".repeat(indent)}`);
    return `  ${cells.join("")}${last}\n`;
  }).join("");
}
