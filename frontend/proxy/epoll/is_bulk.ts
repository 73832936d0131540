/** So much in one read is the beginning of more, in bytes. */
const begins = 64 * 1024;
/** Less than this is copied sooner than it is moved through a pipe, in bytes. */
const ends = 16 * 1024;

/**
 * Whether the next bytes of a direction are better moved through a pipe (splice(2)) than copied: a
 * pipe costs more calls, a copy costs more for each byte.
 *
 * @param moved How many bytes the last read gave, at least 1.
 * @param wasPiped Whether that read went through a pipe.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isBulk } from "./is_bulk.ts";
 *
 * assert(isBulk(100_000, false));
 * assert(isBulk(20_000, true));
 * assert(!isBulk(20_000, false));
 * assert(!isBulk(10_000, true));
 * ```
 */
export function isBulk(moved: number, wasPiped: boolean): boolean {
  return moved >= (wasPiped ? ends : begins);
}
