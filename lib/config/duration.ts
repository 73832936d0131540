/** Milliseconds in each unit, largest first. */
const units = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
type Unit = keyof typeof units;

const form = /^(0|[1-9][0-9]*)(ms|s|m|h)$/;

/**
 * Reads a duration: a whole number and its unit, with nothing between or around them.
 *
 * @param text Such as `250ms`, `1s`, `10m` or `24h`.
 * @returns milliseconds, 0 or more.
 * @throws {SyntaxError} where the text is no such duration.
 * @throws {RangeError} where it is longer than a number can count in whole milliseconds.
 *
 * @example
 * ```ts
 * import { parseDuration } from "./duration.ts";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * assertEquals(parseDuration("250ms"), 250);
 * assertEquals(parseDuration("10m"), 600_000);
 * assertThrows(() => parseDuration("10"), SyntaxError);
 * ```
 */
export function parseDuration(text: string): number {
  const [, count, unit] = form.exec(text) ?? [];
  if (count === undefined || unit === undefined) {
    throw new SyntaxError(
      `Cannot parse duration: expected a whole number and ms, s, m or h, received "${text}"`,
    );
  }
  const milliseconds = Number(count) * units[unit as Unit];
  if (!Number.isSafeInteger(milliseconds)) {
    throw new RangeError(`Cannot parse duration: it is too long, received "${text}"`);
  }
  return milliseconds;
}

/**
 * Writes a duration in the largest unit that divides it, as {@linkcode parseDuration} reads it.
 *
 * @param milliseconds A whole number, 0 or more.
 * @throws {RangeError} where the number is negative or not whole.
 *
 * @example
 * ```ts
 * import { formatDuration } from "./duration.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatDuration(60_000), "1m");
 * assertEquals(formatDuration(90_000), "90s");
 * assertEquals(formatDuration(1_500), "1500ms");
 * ```
 */
export function formatDuration(milliseconds: number): string {
  if (!Number.isSafeInteger(milliseconds) || milliseconds < 0) {
    throw new RangeError(
      `Cannot format duration: expected whole milliseconds, received ${milliseconds}`,
    );
  }
  if (milliseconds === 0) return "0ms";
  for (const [unit, size] of Object.entries(units)) {
    if (milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return `${milliseconds}ms`;
}
