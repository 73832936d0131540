/**
 * How a service talks to systemd: its log and its state.
 *
 * @module
 */
export * from "./journal.ts";
export * from "./log_levels.ts";
export * from "./logger.ts";
export * from "./notify.ts";
export * from "./notify_message.ts";
export * from "./one_line.ts";
export * from "./rate_limit.ts";
