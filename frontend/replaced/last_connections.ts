import type { StopResult } from "../proxy/messages.ts";
import type { Workers } from "../proxy/workers.ts";
import { countCuts, type CutCounts, cutCountsOf } from "../table/cuts.ts";
import type { StateTable } from "../table/state_table.ts";
import type { EndRequest, ReplacedReport } from "./replaced_report.ts";

/**
 * How much longer than allowed connections go on where no successor ends them, in milliseconds: it
 * is to be the one, as it tells of them.
 */
const successorGraceMs = 10_000;

/** How long to stay for a successor's question once the last connection has ended, in milliseconds. */
const farewellMs = 3_000;

/** What is left of a front end once it has given way to a successor. */
export interface LastConnectionsOptions {
  readonly pid: number;
  readonly workers: Pick<Workers, "stop" | "cutAll">;
  readonly table: StateTable;
  /** How long the connections may go on, in milliseconds. */
  readonly timeoutMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Resolves after so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** Called when no worker accepts any more. */
  readonly closed: () => void;
}

/** The connections that go on in this process after a successor has taken its place. */
export class LastConnections {
  readonly #options: LastConnectionsOptions;
  readonly #since: number;
  readonly #before: CutCounts;
  readonly #stopped: Promise<StopResult>;
  readonly #asked = Promise.withResolvers<void>();
  #haveEnded = false;

  /** Accepts no more clients. */
  constructor(options: LastConnectionsOptions) {
    const { workers, table, timeoutMs, now, closed } = options;
    this.#options = options;
    this.#since = now();
    this.#before = countCuts(table);
    const drainMs = timeoutMs + successorGraceMs;
    this.#stopped = workers.stop({ drainMs, cause: "reload", closed })
      .finally(() => this.#haveEnded = true);
  }

  /** How it stands, for the successor. */
  report(): ReplacedReport {
    const { pid, table, now } = this.#options;
    if (this.#haveEnded) this.#asked.resolve();
    return { pid, sinceMs: now() - this.#since, open: table.workerSum("open"), cut: this.#cut() };
  }

  #cut(): CutCounts {
    const cut = countCuts(this.#options.table);
    return cutCountsOf((cause) => cut[cause] - this.#before[cause]);
  }

  /** Lets the connections go on for so long, and cuts the rest. */
  async end({ cause, drainMs }: EndRequest): Promise<ReplacedReport> {
    const { workers, pause } = this.#options;
    await Promise.race([this.#stopped, pause(drainMs)]);
    workers.cutAll(cause);
    await this.#stopped;
    return this.report();
  }

  /** Resolves when all have ended and, if any was cut, the successor knows of it. */
  async ended(): Promise<StopResult> {
    const { pause } = this.#options;
    const result = await this.#stopped;
    const isUntold = Object.values(this.#cut()).some((count) => count > 0);
    if (isUntold) await Promise.race([this.#asked.promise, pause(farewellMs)]);
    return result;
  }
}
