/** Descriptors for everything but connections: listeners, the monitor, the admin pages, the runtime. */
const reserved = 128;
/** So many connections share a pipe, for those among them that move much at the moment. */
const connectionsPerPipe = 16;
/** More connections than this are not moving bytes at the same moment. */
const mostPipes = 64;
/** Each connection has one to the client and one to the server; a pipe has two ends. */
const perConnection = 2 + 2 / connectionsPerPipe;
/** Where the kernel sets no limit, and where it cannot be read. */
const unlimited = 500_000;
const unknown = 421;

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
 * assertEquals(connectionsWithin("Max open files   1024   524288   files"), 421);
 * ```
 */
export function connectionsWithin(limits: string | null): number {
  const soft = limits?.match(/^Max open files\s+(\S+)/m)?.[1];
  if (soft === "unlimited") return unlimited;
  const files = Number(soft);
  if (!Number.isInteger(files)) return unknown;
  return Math.max(1, Math.floor((files - reserved) / perConnection));
}

/**
 * How many pipes there is room for beside so many connections within the limit of open files.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pipesBeside } from "./file_limit.ts";
 *
 * assertEquals([pipesBeside(15), pipesBeside(160), pipesBeside(100_000)], [0, 10, 64]);
 * ```
 */
export function pipesBeside(connections: number): number {
  return Math.min(mostPipes, Math.floor(connections / connectionsPerPipe));
}
