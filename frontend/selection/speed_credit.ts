import { paceOf } from "../table/pace.ts";
import type { StateTable } from "../table/state_table.ts";
import { type AdaptiveTuning, adaptiveTuning } from "./adaptive_tuning.ts";
import { paceOfOthers, type PaceReading, supportedLead } from "./supported_lead.ts";

/** What is remembered of a backend for as long as it is up without a break. */
interface Record {
  readonly tenancy: number;
  readonly upSince: number;
  /** When it was first looked at and when last, in monotonic milliseconds. */
  readonly since: number;
  at: number;
  /** How many times as fast as the others it is credited to be. */
  credit: number;
  /** How many times as fast it usually is; null until it answered. */
  usualLead: number | null;
  /** Its usual credited time per connection in flight, in milliseconds; null until it answered. */
  usualPaceMs: number | null;
}

/**
 * Decides how much of a server's measured speed is believed, so that one which fails fast does not
 * attract everything.
 *
 * A server that answers an error at once, or closes every connection, looks like the fastest of all to
 * whoever learns from answer times ("sinkholing": Wydrowski et al., "Load is not what you should
 * balance: Introducing Prequal", NSDI 2024, section 5). Who balances bytes cannot read the answer. So a
 * lead over the other servers counts only as far as something else supports it:
 *
 * - **Its own past.** A backend that worked at this pace all along goes on to be credited with it, also
 *   when the others become slow.
 * - **Time.** The credit of a backend that has been ahead since it came up doubles every
 *   `creditDoublingMs`. One that is suddenly far ahead of what it used to be gets none.
 * - **What it does.** See {@linkcode supportedLead}: the cores that it reports, how busy they are, and
 *   the size of its answers.
 *
 * The outcome is a column of the table, `creditedPaceMs`: no connection in flight is taken to cost the
 * server less time. It runs on the monitor's thread, once a second; the relays read the column.
 */
export class SpeedCredit {
  readonly #table: StateTable;
  readonly #tuning: AdaptiveTuning;
  readonly #records = new Map<number, Record>();

  /**
   * Watches a table.
   *
   * @param tuning Other constants, for experiments.
   */
  constructor(table: StateTable, tuning: AdaptiveTuning = adaptiveTuning) {
    this.#table = table;
    this.#tuning = tuning;
  }

  /**
   * Judges every backend beside the others of its service; to be called about once a second.
   *
   * @param now Monotonic milliseconds.
   */
  sample(now: number): void {
    const byService = new Map<string, PaceReading[]>();
    for (const slot of this.#table.slots()) {
      const reading = this.#read(slot, now);
      if (reading === null) continue;
      const service = this.#table.text("service", slot);
      byService.set(service, [...byService.get(service) ?? [], reading]);
    }
    for (const readings of byService.values()) this.#judgeAll(readings, now);
  }

  /** Null where nothing was answered lately: what was decided last stays. */
  #read(slot: number, now: number): PaceReading | null {
    const table = this.#table;
    if (table.stateOf(slot) !== "up") return null;
    const { paceMemoryMs, fewestPlaces } = this.#tuning;
    const { ms, places, answers } = paceOf(slot, table, now, paceMemoryMs);
    if (places < fewestPlaces) return null;
    const answersPerSecond = 1_000 * answers / paceMemoryMs;
    return {
      slot,
      places,
      paceMs: Math.max(shortestPaceMs, ms / places),
      answersPerSecond,
      bytesPerAnswer: table.figure("outBps", slot) / answersPerSecond,
      cpu: table.figure("cpu", slot),
      cores: table.figure("cores", slot),
    };
  }

  #judgeAll(readings: readonly PaceReading[], now: number): void {
    for (const reading of readings) {
      const others = readings.filter((other) => other !== reading);
      const paceMs = others.length === 0 ? null : this.#creditedPaceMs(reading, others, now);
      this.#table.setFigure("creditedPaceMs", reading.slot, paceMs);
    }
  }

  #creditedPaceMs(reading: PaceReading, others: readonly PaceReading[], now: number): number {
    const { suddenLead, creditDoublingMs, presumedPlaces } = this.#tuning;
    const record = this.#recordOf(reading.slot, now);
    const elapsedMs = now - record.at;
    record.at = now;
    const typicalMs = paceOfOthers(reading, others);
    // Few answers say little: they are drawn towards what is typical.
    const paceMs = (reading.paceMs * reading.places + typicalMs * presumedPlaces) /
      (reading.places + presumedPlaces);
    const lead = typicalMs / paceMs;

    const isSudden = record.usualLead !== null && lead > suddenLead * record.usualLead;
    if (!isSudden) record.usualLead = this.#moved(record, record.usualLead, lead, elapsedMs);
    const most = isSudden ? 1 : Math.max(
      1,
      supportedLead(lead, reading, others, { credit: record.credit, ...this.#tuning }),
    );
    record.credit = Math.min(most, record.credit * 2 ** (elapsedMs / creditDoublingMs));

    const credited = Math.min(typicalMs / record.credit, record.usualPaceMs ?? Infinity);
    const believedMs = Math.max(reading.paceMs, credited);
    record.usualPaceMs = this.#moved(record, record.usualPaceMs, believedMs, elapsedMs);
    return credited;
  }

  #recordOf(slot: number, now: number): Record {
    const tenancy = this.#table.tenancy(slot);
    const upSince = this.#table.figure("stateSince", slot);
    const known = this.#records.get(slot);
    if (known?.tenancy === tenancy && known.upSince === upSince) return known;
    const nothing = { credit: this.#tuning.firstCredit, usualLead: null, usualPaceMs: null };
    const record = { tenancy, upSince, since: now, at: now, ...nothing };
    this.#records.set(slot, record);
    return record;
  }

  /**
   * What is usual, moved towards what is: a mean of the logarithms, over all the time that is known or
   * the latest `usualMemoryMs`.
   */
  #moved({ since, at }: Record, usual: number | null, present: number, elapsedMs: number): number {
    if (usual === null) return present;
    const memoryMs = Math.min(this.#tuning.usualMemoryMs, Math.max(1, at - since));
    return present * (usual / present) ** Math.exp(-elapsedMs / memoryMs);
  }
}

/** Below this, in milliseconds, no difference is real; it also keeps ratios finite. */
const shortestPaceMs = 0.01;
