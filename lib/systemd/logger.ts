/** How serious an event is; the order is that of `LB_LOG`. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/**
 * Where the programs say what happened, one line per event.
 *
 * A message is one sentence in plain words, without a trailing full stop.
 */
export interface Logger {
  /** For someone who looks for a fault in the program itself. */
  debug(message: string): void;
  /** A change that an operator may want to know of. */
  info(message: string): void;
  /** Something works less well than it should, and someone should look. */
  warn(message: string): void;
  /** Something does not work. */
  error(message: string): void;
}
