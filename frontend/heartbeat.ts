import type { Notifier } from "../lib/systemd/notify.ts";
import { type RateEstimate, updateRate } from "../lib/stats/rate.ts";
import { statusLine } from "./status.ts";
import type { BackendRegistry } from "./table/backend_registry.ts";
import type { StateTable } from "./table/state_table.ts";

/** Memory of the rate of new connections, in milliseconds. */
const arrivalMemoryMs = 2_000;

/** How old a worker's sign of life may be before the watchdog is no longer fed, in milliseconds. */
const workerPatienceMs = 10_000;

/** What a heartbeat looks at, and whom it tells. */
export interface HeartbeatParts {
  readonly table: StateTable;
  readonly registry: Pick<BackendRegistry, "counts">;
  readonly notifier: Pick<Notifier, "status" | "watchdog">;
}

/** Tells systemd once a second how the front end goes, as long as all its workers are alive. */
export class Heartbeat {
  readonly #parts: HeartbeatParts;
  #statusLine = "";
  #arrivals: RateEstimate | null = null;

  /** Makes one that has not beaten yet. */
  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  /** New connections a second; null until it is known. */
  get connectionsPerSecond(): number | null {
    return this.#arrivals?.perSecond ?? null;
  }

  /** @param now Monotonic milliseconds. */
  beat(now: number): void {
    const { table, registry, notifier } = this.#parts;
    if (this.#workersAreAlive(now)) notifier.watchdog();
    this.#arrivals = updateRate(this.#arrivals, table.workerSum("accepted"), now, arrivalMemoryMs);
    const line = statusLine({
      ...registry.counts,
      perSecond: this.#arrivals.perSecond ?? 0,
      open: table.workerSum("open"),
    });
    if (line !== this.#statusLine) notifier.status(this.#statusLine = line);
  }

  #workersAreAlive(now: number): boolean {
    const { table } = this.#parts;
    for (let worker = 0; worker < table.size.workers; worker++) {
      if (now - table.workerFigure("aliveAt", worker) > workerPatienceMs) return false;
    }
    return true;
  }
}
