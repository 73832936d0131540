import { type RateEstimate, updateRate } from "../../lib/stats/rate.ts";
import type { StateTable } from "./state_table.ts";

/** Memory of the bandwidth in use: long enough to be read, short enough to follow, in ms. */
const bandwidthMemoryMs = 2_000;

/** Memory of the share of new connections, in milliseconds. */
const shareMemoryMs = 10_000;

/** The rates of one slot, as long as it holds the same backend. */
interface SlotRates {
  readonly generation: number;
  readonly service: string;
  in: RateEstimate | null;
  out: RateEstimate | null;
  connections: RateEstimate | null;
}

/**
 * Works out from the relays' counters what each server uses of the network, and which part of its
 * service's new connections it gets, and writes both into the table.
 */
export class Traffic {
  readonly #table: StateTable;
  readonly #rates = new Map<number, SlotRates>();

  /** Watches a table. */
  constructor(table: StateTable) {
    this.#table = table;
  }

  /**
   * Reads the counters; to be called about once a second.
   *
   * @param now Monotonic milliseconds.
   */
  sample(now: number): void {
    const perService = new Map<string, number>();
    const slots = [...this.#table.slots()];
    for (const slot of slots) {
      const rates = this.#read(slot, now);
      this.#table.setFigure("inBps", slot, rates.in?.perSecond ?? null);
      this.#table.setFigure("outBps", slot, rates.out?.perSecond ?? null);
      const connections = rates.connections?.perSecond ?? 0;
      perService.set(rates.service, (perService.get(rates.service) ?? 0) + connections);
    }
    for (const slot of slots) this.#writeShare(slot, perService);
  }

  #read(slot: number, now: number): SlotRates {
    const table = this.#table;
    const generation = table.generation(slot);
    const known = this.#rates.get(slot);
    const rates = known?.generation === generation ? known : {
      generation,
      service: table.text("service", slot),
      in: null,
      out: null,
      connections: null,
    };
    rates.in = updateRate(rates.in, table.relaySum("bytesIn", slot), now, bandwidthMemoryMs);
    rates.out = updateRate(rates.out, table.relaySum("bytesOut", slot), now, bandwidthMemoryMs);
    const total = table.relaySum("total", slot);
    rates.connections = updateRate(rates.connections, total, now, shareMemoryMs);
    this.#rates.set(slot, rates);
    return rates;
  }

  #writeShare(slot: number, perService: ReadonlyMap<string, number>): void {
    const rates = this.#rates.get(slot);
    const all = perService.get(rates?.service ?? "") ?? 0;
    const own = rates?.connections?.perSecond ?? null;
    // A rate that has all but faded away says nothing of shares any more.
    const isIdle = all < 0.001;
    this.#table.setFigure("share", slot, own === null || isIdle ? null : own / all);
  }
}
