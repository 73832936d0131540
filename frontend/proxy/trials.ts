import type { StateTable } from "../table/state_table.ts";
import type { Clock } from "./clock.ts";

/** How long bytes are on trial at most, in milliseconds: a server may take its time to answer. */
const trialMs = 100;
/** How long nothing follows bytes that were reset again, in milliseconds: their server may be dying. */
const afterResetMs = 50;
/** The longest that bytes wait for their trial, in milliseconds. */
const mostWaitMs = 500;
/** How often those who wait look, in milliseconds. */
const lookMs = 5;

/** What trials need. */
export interface TrialOptions {
  readonly table: Pick<StateTable, "size" | "workerFigure" | "setWorkerFigure">;
  /** The worker whose trials they are. */
  readonly worker: number;
  readonly clock: Clock;
  readonly pause: (ms: number) => Promise<void>;
}

/**
 * Sends bytes that a server was lost over to another server one connection after the other, as long as
 * it is not known whose bytes it was lost over.
 *
 * A request that kills its server takes down with it what others had asked at that moment. Were all of
 * them sent to the next server together, it would be lost with all of them once more. So one goes
 * ahead, and the others follow as soon as it is answered: then the server was to blame, not the bytes.
 * Nobody waits for long, and trials of other workers are waited for as well.
 */
export class Trials {
  readonly #options: TrialOptions;
  /** Those who wait, the first first. */
  readonly #waiting: { readonly deadline: number; readonly begin: () => void }[] = [];
  #isLooking = false;

  /** Nothing is on trial yet. */
  constructor(options: TrialOptions) {
    this.#options = options;
  }

  /** Waits until a connection's bytes may be sent; they are on trial then. */
  async begin(): Promise<Trial> {
    const { table, worker, clock } = this.#options;
    if (this.#waiting.length > 0 || !this.#isFree) await this.#wait();
    table.setWorkerFigure("trialUntil", worker, clock() + trialMs);
    return new Trial((outcome) => this.#end(outcome));
  }

  #wait(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ deadline: this.#options.clock() + mostWaitMs, begin: resolve });
    if (!this.#isLooking) void this.#look();
    return promise;
  }

  /** Lets begin who may, one after another, as long as somebody waits. */
  async #look(): Promise<void> {
    const { clock, pause } = this.#options;
    this.#isLooking = true;
    while (this.#waiting.length > 0) {
      await pause(lookMs);
      if (this.#isFree) this.#waiting.shift()?.begin();
      const now = clock();
      while (this.#waiting[0] !== undefined && this.#waiting[0].deadline <= now) {
        this.#waiting.shift()?.begin();
      }
    }
    this.#isLooking = false;
  }

  /** Whether no worker has bytes on trial. */
  get #isFree(): boolean {
    const { table, clock } = this.#options;
    const now = clock();
    for (let worker = 0; worker < table.size.workers; worker++) {
      if (table.workerFigure("trialUntil", worker) > now) return false;
    }
    return true;
  }

  #end(outcome: TrialOutcome): void {
    const { table, worker, clock } = this.#options;
    const until = outcome === "reset" ? clock() + afterResetMs : 0;
    table.setWorkerFigure("trialUntil", worker, until);
    if (outcome === "answered") { for (const { begin } of this.#waiting.splice(0)) begin(); }
  }
}

/** What became of bytes that were on trial. */
export type TrialOutcome = "answered" | "reset" | "unknown";

/** Bytes on trial. */
export class Trial {
  readonly #ended: (outcome: TrialOutcome) => void;
  #isOver = false;

  /** @param ended Is told once what became of them. */
  constructor(ended: (outcome: TrialOutcome) => void) {
    this.#ended = ended;
  }

  /** Ends the trial; only the first call counts. */
  end(outcome: TrialOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#ended(outcome);
  }
}
