import type { Logger } from "../../lib/systemd/logger.ts";
import { type CutCounts, cutCountsOf } from "../table/cuts.ts";
import { type EndRequest, parseReplacedReport, type ReplacedReport } from "./replaced_report.ts";

/** How many replaced processes go on at most. */
const mostProcesses = 8;

/** How often one that has never answered is asked: it may not have opened its socket yet. */
const mostAttempts = 20;

/** What the process in charge needs to look after those that it has replaced. */
export interface ReplacedProcessesOptions {
  /** How long connections may go on in a replaced process, in milliseconds. */
  readonly timeoutMs: number;
  /**
   * Asks the process whose socket is at a path how it is, or tells it to end; what it answers, or null
   * where there is no such process.
   */
  readonly ask: (path: string, end: EndRequest | null) => Promise<unknown>;
  readonly logger: Logger;
}

/** A replaced process as people and programs are shown it. */
export interface ReplacedProcess {
  readonly pid: number;
  /** How long ago it was replaced. */
  readonly sinceSeconds: number;
  /** Connections that go on in it. */
  readonly open: number;
}

/** What is known of the process at a path. */
interface Known {
  report: ReplacedReport | null;
  /** How often it was asked without an answer. */
  attempts: number;
  /** What it had cut when it was last asked; null where that is not our business. */
  cut: CutCounts | null;
}

const noCuts = cutCountsOf(() => 0);

/**
 * The processes that reloads have replaced and in which connections go on. Each has a socket of its
 * own; whoever is in charge asks them, and tells those to end that are too old or too many, the oldest
 * first. So it makes no difference how many reloads ago a process was replaced.
 */
export class ReplacedProcesses {
  readonly #options: ReplacedProcessesOptions;
  readonly #known = new Map<string, Known>();
  #cut: CutCounts = noCuts;
  #looking: Promise<void> | null = null;

  /** Knows none yet. */
  constructor(options: ReplacedProcessesOptions) {
    this.#options = options;
  }

  /**
   * Looks after the processes at these paths from now on.
   *
   * @param isOwn Whether it is this process that has replaced them: what they cut counts here from
   * the start, else from the first look on.
   */
  add(paths: Iterable<string>, isOwn: boolean): void {
    for (const path of paths) {
      if (this.#known.has(path)) continue;
      this.#known.set(path, { report: null, attempts: 0, cut: isOwn ? noCuts : null });
    }
  }

  /** Where they are, for a successor to look after them. */
  get paths(): readonly string[] {
    return [...this.#known.keys()];
  }

  /** Those that have answered, the one that was replaced first in front. */
  get list(): readonly ReplacedProcess[] {
    return this.#reported().map(({ report: { pid, sinceMs, open } }) => ({
      pid,
      sinceSeconds: Math.round(sinceMs / 1000),
      open,
    }));
  }

  /** Connections that they have ended since they are looked after here. */
  get cut(): CutCounts {
    return this.#cut;
  }

  /** Looks after none any more: a successor does. */
  leave(): void {
    this.#known.clear();
  }

  /** Asks all, and ends those whose time is up; one look at a time. */
  look(): Promise<void> {
    return this.#looking ??= this.#lookOnce().finally(() => this.#looking = null);
  }

  async #lookOnce(): Promise<void> {
    await Promise.all([...this.#known.keys()].map((path) => this.#ask(path, null)));
    const { timeoutMs } = this.#options;
    const all = this.#reported();
    const surplus = all.length - mostProcesses;
    await Promise.all(all.map(async ({ path, report: { sinceMs } }, at) => {
      if (at < surplus) await this.#end(path, `more than ${mostProcesses} replaced processes`);
      else if (sinceMs >= timeoutMs) await this.#end(path, "LB_RELOAD_TIMEOUT is over");
    }));
  }

  /** Ends all of them, for the service stops; their connections may go on for so long. */
  async stop(drainMs: number): Promise<void> {
    const end: EndRequest = { cause: "drain", drainMs };
    await Promise.all([...this.#known.keys()].map((path) => this.#ask(path, end)));
  }

  async #end(path: string, why: string): Promise<void> {
    const { logger } = this.#options;
    const before = this.#known.get(path)?.report;
    const after = await this.#ask(path, { cause: "reload", drainMs: 0 });
    if (!before || !after) return;
    logger.info(`Ended the replaced process ${before.pid} with ${before.open} connections: ${why}`);
  }

  /** Asks one, and takes note of its answer. */
  async #ask(path: string, end: EndRequest | null): Promise<ReplacedReport | null> {
    const { ask, logger } = this.#options;
    const known = this.#known.get(path);
    if (known === undefined) return null;
    try {
      const answer = await ask(path, end);
      if (answer !== null) {
        known.report = parseReplacedReport(answer);
        known.attempts = 0;
        this.#noteCuts(known, known.report.cut);
        if (end !== null) this.#known.delete(path);
        return known.report;
      }
    } catch (error) {
      logger.debug(`A replaced process does not answer at ${path}: ${error}`);
      if (known.report !== null) return null;
    }
    // It is gone, or has not opened its socket yet.
    if (known.report !== null || ++known.attempts >= mostAttempts) this.#known.delete(path);
    return null;
  }

  #noteCuts(known: Known, now: CutCounts): void {
    const { cut } = known;
    known.cut = now;
    if (cut === null) return;
    const sum = this.#cut;
    this.#cut = cutCountsOf((cause) => sum[cause] + Math.max(0, now[cause] - cut[cause]));
  }

  #reported(): { path: string; report: ReplacedReport }[] {
    return [...this.#known]
      .flatMap(([path, { report }]) => report === null ? [] : [{ path, report }])
      .sort((one, other) => other.report.sinceMs - one.report.sinceMs);
  }
}
