import { parseWholeNumber } from "./whole_number.ts";

/** The machine's memory in bytes. */
export interface Meminfo {
  /** What the kernel has to give, its own code and tables taken off. */
  readonly totalBytes: number;
  /** What a program could still have without swapping, 0 to `totalBytes`. */
  readonly availableBytes: number;
}

/** Finds a figure, which the kernel gives in units of 1,024 bytes, and gives bytes. */
function fieldOf(text: string, name: string): number | null {
  const kibibytes = new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(text)?.[1];
  const value = parseWholeNumber(kibibytes ?? "");
  return value === null ? null : value * 1024;
}

/**
 * Stands in for MemAvailable on kernels before 3.14: free pages, and those that the kernel gives
 * back on demand. Shared memory is counted among the cached pages and cannot be given back.
 */
function estimateAvailable(text: string): number | null {
  const free = fieldOf(text, "MemFree");
  if (free === null) return null;
  const of = (name: string): number => fieldOf(text, name) ?? 0;
  return free + of("Buffers") + of("Cached") + of("SReclaimable") - of("Shmem");
}

/**
 * Reads `/proc/meminfo` (Linux, Documentation/filesystems/proc.rst; fs/proc/meminfo.c).
 *
 * A kernel before 3.14 has no MemAvailable; there it is estimated as MemFree + Buffers + Cached +
 * SReclaimable − Shmem.
 *
 * @returns null where the total is missing or 0, or nothing says how much is available.
 */
export function parseMeminfo(text: string): Meminfo | null {
  const totalBytes = fieldOf(text, "MemTotal");
  const available = fieldOf(text, "MemAvailable") ?? estimateAvailable(text);
  if (!totalBytes || available === null) return null;
  return { totalBytes, availableBytes: Math.min(Math.max(available, 0), totalBytes) };
}

/** The part of the memory that cannot be had without swapping, 0 to 1. */
export function usedFraction(memory: Meminfo): number {
  return 1 - memory.availableBytes / memory.totalBytes;
}
