import { parseWholeNumber } from "./whole_number.ts";

const bytesPerMegabit = 125_000;

/** How older kernels print "unknown", which is −1, as an unsigned number. */
const unknownUnsigned = 2 ** 32 - 1;

/**
 * Reads `/sys/class/net/IF/speed`, which is in Mbit/s (Linux,
 * Documentation/ABI/testing/sysfs-class-net).
 *
 * @returns bytes per second; null for the values by which drivers say that they do not know.
 *
 * @example
 * ```ts
 * import { parseLinkSpeed } from "./link_speed.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseLinkSpeed("1000\n"), 125_000_000);
 * assertEquals(parseLinkSpeed("-1\n"), null);
 * ```
 */
export function parseLinkSpeed(text: string): number | null {
  const megabits = parseWholeNumber(text);
  if (!megabits || megabits >= unknownUnsigned) return null;
  return megabits * bytesPerMegabit;
}
