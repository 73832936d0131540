/**
 * How many letters are to be put in, left out, changed, or swapped with their neighbour (optimal
 * string alignment).
 */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const next = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      next.push(Math.min(
        at(last, column) + 1,
        at(next, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Infinity,
      ));
    }
    [beforeLast, last] = [last, next];
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}

/**
 * Finds the name that a person most likely meant.
 *
 * @param typed What was typed; names longer than 40 characters are not compared.
 * @param names The names that exist.
 * @returns the closest one, or null where none differs in at most a third of its letters.
 *
 * @example
 * ```ts
 * import { closestName } from "./closest_name.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(closestName("LB_POLCY", ["LB_PORT", "LB_POLICY"]), "LB_POLICY");
 * assertEquals(closestName("statsu", ["status", "top"]), "status");
 * assertEquals(closestName("bananas", ["status", "top"]), null);
 * ```
 */
export function closestName(typed: string, names: readonly string[]): string | null {
  if (typed.length > 40) return null;
  let closest: string | null = null;
  let least = Infinity;
  for (const name of names) {
    const needed = distance(typed.toLowerCase(), name.toLowerCase());
    if (needed < least && needed <= Math.max(1, Math.floor(name.length / 3))) {
      [closest, least] = [name, needed];
    }
  }
  return closest;
}
