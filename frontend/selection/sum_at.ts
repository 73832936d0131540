/**
 * Adds up one element of several columns: a relay counter of all workers together.
 *
 * The same as `relaySum` of the table, for loops over many slots that look the columns up once.
 */
export function sumAt(columns: readonly Float64Array[], at: number): number {
  let sum = 0;
  for (const column of columns) sum += column[at] ?? 0;
  return sum;
}
