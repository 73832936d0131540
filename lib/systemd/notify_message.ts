/**
 * What a service tells systemd of itself: the lines of sd_notify(3).
 *
 * @module
 */
import { oneLine } from "./one_line.ts";

/** It serves. */
export const ready = "READY=1";
/** It takes up new settings, or hands over to a new process; `ready` has to follow. */
export const reloading = "RELOADING=1";
/** It is about to end. */
export const stopping = "STOPPING=1";
/** It is alive. */
export const watchdog = "WATCHDOG=1";

/** The line that `systemctl status` shows; made one line, as the next one would be another field. */
export function status(text: string): string {
  return `STATUS=${oneLine(text)}`;
}

/** Asks systemd to wait so many milliseconds more, counted from now, whatever the unit says. */
export function extendTimeout(ms: number): string {
  return `EXTEND_TIMEOUT_USEC=${Math.ceil(ms * 1000)}`;
}

/** The process that is the service's main one from now on. */
export function mainPid(pid: number): string {
  return `MAINPID=${pid}`;
}

/**
 * How often the service is to say that it is alive: half of what systemd waits (sd_watchdog_enabled(3)).
 *
 * @param watchdogUsec `WATCHDOG_USEC`, in microseconds.
 * @returns milliseconds, or null where systemd does not watch.
 *
 * @example
 * ```ts
 * import { watchdogIntervalMs } from "./notify_message.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(watchdogIntervalMs("10000000"), 5_000);
 * assertEquals(watchdogIntervalMs(undefined), null);
 * ```
 */
export function watchdogIntervalMs(watchdogUsec: string | undefined): number | null {
  if (watchdogUsec === undefined || !/^[1-9][0-9]{0,14}$/.test(watchdogUsec)) return null;
  return Number(watchdogUsec) / 2_000;
}
