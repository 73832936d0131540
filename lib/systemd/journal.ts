import { logLevels, priorities } from "./log_levels.ts";
import type { Logger, LogLevel } from "./logger.ts";
import { oneLine } from "./one_line.ts";

/** A longer line would be split by journald (LineMax=, 48 KiB; a character has at most 4 bytes). */
const maximumLength = 8_000;

/** What stands before a message on a terminal, where most lines are of the level `info`. */
const words: Readonly<Record<LogLevel, string>> = {
  debug: "debug: ",
  info: "",
  warn: "warning: ",
  error: "error: ",
};

/** How and where a logger writes. */
export interface LoggerOptions {
  /** The least serious level that is written; a function where it may change. */
  readonly level: LogLevel | (() => LogLevel);
  /** Takes one line at a time, without its line end. */
  readonly write: (line: string) => void;
  /** Whether journald reads the lines, which then begin with its priority (sd-daemon(3)). */
  readonly journal: boolean;
}

/**
 * Makes a logger that writes one line per event, whatever the message holds.
 *
 * @example
 * ```ts
 * import { createLogger } from "./journal.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const lines: string[] = [];
 * const write = (line: string) => void lines.push(line);
 * createLogger({ level: "info", write, journal: true }).warn("10.0.0.11:80 is down");
 * createLogger({ level: "info", write, journal: false }).warn("10.0.0.11:80 is down");
 * assertEquals(lines, ["<4>10.0.0.11:80 is down", "warning: 10.0.0.11:80 is down"]);
 * ```
 */
export function createLogger({ level, write, journal }: LoggerOptions): Logger {
  const least = () => logLevels.indexOf(typeof level === "function" ? level() : level);
  const at = (of: LogLevel) => {
    const seriousness = logLevels.indexOf(of);
    const prefix = journal ? `<${priorities[of]}>` : words[of];
    return (message: string) => {
      if (seriousness >= least()) write(prefix + cut(oneLine(message)));
    };
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function cut(line: string): string {
  const rest = line.length - maximumLength;
  return rest > 0 ? `${line.slice(0, maximumLength)}… (and ${rest} more characters)` : line;
}
