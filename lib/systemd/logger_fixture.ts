import type { Logger, LogLevel } from "./logger.ts";

/** A logger for tests: it keeps what it is told, as `level: message`. */
export interface RecordingLogger extends Logger {
  readonly lines: readonly string[];
}

/** Makes a logger that keeps its lines. */
export function recordingLogger(): RecordingLogger {
  const lines: string[] = [];
  const keep = (level: LogLevel) => (message: string) => void lines.push(`${level}: ${message}`);
  return {
    lines,
    debug: keep("debug"),
    info: keep("info"),
    warn: keep("warn"),
    error: keep("error"),
  };
}
