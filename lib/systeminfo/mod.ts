/**
 * What the Linux kernel says in /proc, /sys and the cgroup file systems, as values.
 *
 * The parsers take the text of a file and give null where it does not hold the figure; they never
 * throw, whatever the text. What has to follow paths takes a {@linkcode ReadText}; the one that
 * really reads is {@linkcode readText}.
 *
 * @example
 * ```ts
 * import { parseMeminfo, usedFraction } from "./mod.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const memory = parseMeminfo("MemTotal:     1000 kB\nMemAvailable:      750 kB\n");
 * assertEquals(memory && usedFraction(memory), 0.25);
 * ```
 *
 * @module
 */
export * from "./cgroup_limits.ts";
export * from "./cpu_list.ts";
export * from "./file_limit.ts";
export * from "./igmp.ts";
export * from "./inet_diag.ts";
export * from "./link_speed.ts";
export * from "./meminfo.ts";
export * from "./neighbours.ts";
export * from "./pressure.ts";
export * from "./proc_stat.ts";
export * from "./process_stat.ts";
export * from "./read.ts";
export * from "./sock_diag.ts";
export * from "./socket_inodes.ts";
export * from "./tcp_connections.ts";
export * from "./tcp_listeners.ts";
export * from "./udp_errors.ts";
export * from "./udp_sockets.ts";
