import type { BackendState } from "../table/layout.ts";
import type { Logger, LogLevel } from "../../lib/systemd/logger.ts";

/** What an event is about, where it is about one backend. */
export interface EventSubject {
  /** The backend's id. */
  readonly backend: string;
  /** The state that it took on; null where that did not change. */
  readonly state: BackendState | null;
}

/** Something that happened, in the words of the log. */
export interface LoggedEvent {
  /** Counts from 1 as long as the program runs. */
  readonly number: number;
  /** When, in monotonic milliseconds. */
  readonly at: number;
  readonly level: Exclude<LogLevel, "debug">;
  readonly message: string;
  readonly backend: string | null;
  readonly state: BackendState | null;
}

/** How an event log works. */
export interface EventLogOptions {
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** How many events it keeps: the latest ones. */
  readonly capacity?: number;
  /** Told of each event as it happens. */
  readonly onEvent?: (event: LoggedEvent) => void;
}

/** The latest events, for someone who was not looking when they happened. */
export class EventLog {
  readonly #options: Required<EventLogOptions>;
  readonly #events: LoggedEvent[] = [];
  #count = 0;

  /** Makes a log without events. */
  constructor({ clock, capacity = 500, onEvent = () => {} }: EventLogOptions) {
    this.#options = { clock, capacity, onEvent };
  }

  /** The events, oldest first. */
  get events(): readonly LoggedEvent[] {
    return this.#events;
  }

  /** Takes note of an event that happens now. */
  note(level: LoggedEvent["level"], message: string, subject?: EventSubject): void {
    const { clock, capacity, onEvent } = this.#options;
    const { backend, state } = subject ?? { backend: null, state: null };
    const event = { number: ++this.#count, at: clock(), level, message, backend, state };
    this.#events.push(event);
    if (this.#events.length > capacity) this.#events.shift();
    onEvent(event);
  }

  /** A logger whose lines, but for the finest, are noted here as well. */
  noting(logger: Logger): Logger {
    const both = (level: LoggedEvent["level"]) => (message: string) => {
      logger[level](message);
      this.note(level, message);
    };
    return {
      debug: (message) => logger.debug(message),
      info: both("info"),
      warn: both("warn"),
      error: both("error"),
    };
  }
}
