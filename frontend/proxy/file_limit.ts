/** Descriptors for everything but connections: listeners, the monitor, the admin pages, the runtime. */
const reserved = 128;
/** Each connection has one to the client and one to the server. */
const perConnection = 2;
/** Where the kernel sets no limit, and where it cannot be read. */
const unlimited = 500_000;
const unknown = 448;

/**
 * How many connections the limit of open files leaves room for.
 *
 * @param limits The text of `/proc/self/limits` (proc(5)); null where it cannot be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { connectionsWithin } from "./file_limit.ts";
 *
 * assertEquals(connectionsWithin("Max open files   1024   524288   files"), 448);
 * ```
 */
export function connectionsWithin(limits: string | null): number {
  const soft = limits?.match(/^Max open files\s+(\S+)/m)?.[1];
  if (soft === "unlimited") return unlimited;
  const files = Number(soft);
  if (!Number.isInteger(files)) return unknown;
  return Math.max(1, Math.floor((files - reserved) / perConnection));
}
