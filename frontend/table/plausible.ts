/**
 * What a report says of a machine's size, held against the largest that there are. A report can say a
 * million times more, by a fault or on purpose, and draw clients by it.
 *
 * @module
 */

/** As many processors as Linux can have (`NR_CPUS`, arch/x86/Kconfig; no architecture has more). */
const mostCores = 8_192;

/** Bytes per second of the fastest link of Ethernet, 1.6 Tbit/s (IEEE P802.3dj). */
const fastestLinkBps = 200e9;

/**
 * A number of cores that a machine can have.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { plausibleCores } from "./plausible.ts";
 *
 * assertEquals([0.5, 4_000_000, null].map(plausibleCores), [0.5, 8_192, null]);
 * ```
 */
export function plausibleCores(cores: number | null): number | null {
  return cores === null ? null : Math.min(cores, mostCores);
}

/**
 * A speed that a link can have, in bytes per second.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { plausibleLinkBps } from "./plausible.ts";
 *
 * assertEquals([125e6, 2 ** 53 - 1, null].map(plausibleLinkBps), [125e6, 200e9, null]);
 * ```
 */
export function plausibleLinkBps(bytesPerSecond: number | null): number | null {
  return bytesPerSecond === null ? null : Math.min(bytesPerSecond, fastestLinkBps);
}
