import type { LogLevel } from "./logger.ts";

/** The levels from the least to the most serious, with the priority that journald gives each. */
export const priorities: Readonly<Record<LogLevel, number>> = {
  debug: 7,
  info: 6,
  warn: 4,
  error: 3,
};

/** The names of the levels, from the least to the most serious. */
export const logLevels = Object.keys(priorities) as readonly LogLevel[];
