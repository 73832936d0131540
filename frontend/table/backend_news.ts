import { LineBudget } from "../../lib/systemd/line_budget.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import { OncePer } from "../../lib/systemd/rate_limit.ts";
import type { BackendState } from "./layout.ts";

/**
 * Takes note of what became of a backend, which is named by its id; its state where that is new.
 *
 * The message is null where the log has had enough of such lines, which are then told in a summary.
 */
export type NoteBackend = (
  level: "info" | "warn",
  message: string | null,
  subject: { readonly backend: string; readonly state: BackendState | null },
) => void;

/** What a line is about. */
export interface NewsSubject {
  readonly id: string;
  /** How people are told which one it is. */
  readonly name: string;
  readonly wasUp: boolean;
}

/** Lines at once, and one more in a while; the rest is told by its numbers. */
const budget = { most: 16, refillMs: 3_000, gatherMs: 30_000 };

/** The same trouble is told again after so many milliseconds. */
const sayAgainMs = 600_000;

/**
 * Tells the log what becomes of the backends, in bounds: agents can be made up, and come and go by the
 * thousand. The loss of a backend that was up is not crowded out by those that come.
 */
export class BackendNews {
  readonly #logger: Logger;
  readonly #note: NoteBackend;
  readonly #arrivals = new LineBudget(budget);
  readonly #losses = new LineBudget(budget);
  readonly #said = new OncePer({ intervalMs: sayAgainMs });

  /**
   * Makes one that has told nothing yet.
   *
   * @param note Where changes of the backends are told; the logger, unless it is given.
   */
  constructor(logger: Logger, note?: NoteBackend) {
    this.#logger = logger;
    this.#note = note ?? ((level, message) => {
      if (message !== null) logger[level](message);
    });
  }

  /** Tells that a backend appeared. */
  discovered(subject: NewsSubject, now: number): void {
    this.#tell(subject, { kind: "discovered", what: "discovered", state: "joining" }, now);
  }

  /** Tells that a backend is in another state, and why. */
  changed(
    subject: NewsSubject,
    { state, before, reason }: { state: BackendState; before: BackendState; reason: string },
    now: number,
  ): void {
    const what = `is ${state} (was ${before}): ${reason}`;
    this.#tell(subject, { kind: state, what, state }, now);
  }

  /** Tells that a backend has another address, service or agent. */
  moved(before: string, subject: NewsSubject, now: number): void {
    const moved = { ...subject, name: before };
    this.#tell(moved, { kind: "moved", what: `is now ${subject.name}`, state: null }, now);
  }

  /** Tells that a backend went. */
  forgotten(subject: NewsSubject, reason: string, now: number): void {
    this.#tell(subject, { kind: "forgotten", what: `forgotten: ${reason}`, state: null }, now);
  }

  #tell(
    { id, name, wasUp }: NewsSubject,
    { kind, what, state }: { kind: string; what: string; state: BackendState | null },
    now: number,
  ): void {
    const isLoss = state === "down" || state === "ejected" || state === "draining";
    const level = state === "down" || state === "ejected" ? "warn" : "info";
    const isTold = (wasUp && isLoss ? this.#losses : this.#arrivals).admit(kind, now);
    this.#note(level, isTold ? `Backend ${name} ${what}` : null, { backend: id, state });
  }

  /**
   * Tells that a service was left out, as another agent has its address and port.
   *
   * @param place The address and port.
   * @param by The address of the agent that was left out, and of the other one.
   */
  claimedTwice(place: string, by: { source: string; holder: string }, now: number): void {
    const message =
      `The agent at ${by.source} advertises ${place}, which the agent at ${by.holder} advertises ` +
      "already: left out; check LB_ADVERTISE there";
    const line = this.#said.admit(`${by.source} ${place}`, message, now);
    if (line !== null && this.#arrivals.admit("claimed twice", now)) this.#logger.warn(line);
  }

  /** Tells that a service was left out, as there is no room. */
  tableIsFull(capacity: number, source: string, now: number): void {
    const message = `The state table is full with ${capacity} backends: ` +
      `services of the agent at ${source} and further ones are left out`;
    const line = this.#said.admit("full", message, now);
    if (line !== null) this.#logger.error(line);
  }

  /** Tells in a line each what was too much to be told one by one. */
  tick(now: number): void {
    for (const budget of [this.#arrivals, this.#losses]) {
      const summary = budget.summary(now);
      if (summary !== null) this.#logger.info(`Backends, not told one by one: ${summary}`);
    }
  }
}
