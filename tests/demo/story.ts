import type { BackendRow } from "../backend_row.ts";

/** The place of a backend as people write it. */
export function placeOf({ address, port }: BackendRow): string {
  return `${address}:${port}`;
}

/** Draws the state table as aligned lines of text, the head first. */
export function drawTable(rows: readonly BackendRow[]): string[] {
  const cells = [
    ["server", "state", "CPU", "RAM", "RTT", "reason"],
    ...rows.map((row) => [
      placeOf(row),
      row.state,
      percent(row.cpu),
      percent(row.ram),
      row.rttMs === null ? "-" : `${row.rttMs.toFixed(2)} ms`,
      row.reason,
    ]),
  ];
  const widths = cells[0]?.map((_, column) => {
    return Math.max(...cells.map((line) => line[column]?.length ?? 0));
  });
  return cells.map((line) => {
    return line.map((cell, column) => cell.padEnd(widths?.[column] ?? 0)).join("  ").trimEnd();
  });
}

/** An unknown figure is a dash, not a zero. */
function percent(fraction: number | null): string {
  return fraction === null ? "-" : `${Math.round(100 * fraction)}%`;
}

/** Tells in a line each how the states of backends have changed between two looks at the table. */
export function tellChanges(
  before: readonly BackendRow[],
  after: readonly BackendRow[],
): string[] {
  const known = new Map(before.map((row) => [placeOf(row), row]));
  const present = new Set(after.map(placeOf));
  const changes = after.flatMap((row) => {
    const earlier = known.get(placeOf(row));
    if (earlier?.state === row.state) return [];
    return `${placeOf(row)} ${earlier ? `${earlier.state} → ` : "is "}${row.state}: ${row.reason}`;
  });
  const gone = before.map(placeOf).filter((place) => !present.has(place));
  return [...changes, ...gone.map((place) => `${place} is forgotten`)];
}
