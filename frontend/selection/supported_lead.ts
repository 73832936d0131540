/** What a backend's answers of late came to, and what its agent reports. */
export interface PaceReading {
  readonly slot: number;
  /** Time per connection in flight until the answer, in milliseconds; above 0. */
  readonly paceMs: number;
  /** How many places in the queue that was learnt from. */
  readonly places: number;
  readonly answersPerSecond: number;
  /** NaN where unknown, as are the two below. */
  readonly bytesPerAnswer: number;
  /** Busy part of the CPU, 0 to 1. */
  readonly cpu: number;
  readonly cores: number;
}

/** How far a lead is believed. */
export interface SupportRules {
  /** How many times as fast as the others the backend is credited to be at present. */
  readonly credit: number;
  /** A lead of more than so many times the credit is no difference between machines. */
  readonly believableLead: number;
  /** The most that is credited to a backend whose answers are of another size than the others'. */
  readonly oddAnswersLead: number;
  /** Sizes are alike up to this ratio. */
  readonly alikeSizes: number;
  /** The least part of the CPU use that the others' answers take which a backend's own must take. */
  readonly leastCpuPart: number;
}

/** The middle of the known values, of two the lower one; NaN where none is known. */
function lowerMedian(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value)).sort((one, other) => one - other);
  return known[(known.length - 1) >> 1] ?? NaN;
}

/**
 * The pace that others of a service have, as it would be with the cores of this backend: what can be
 * expected of it.
 *
 * @param others At least one.
 * @returns milliseconds per connection in flight.
 */
export function paceOfOthers(reading: PaceReading, others: readonly PaceReading[]): number {
  return lowerMedian(others.map(({ paceMs, cores }) => {
    const ratio = cores / reading.cores;
    return ratio > 0 && Number.isFinite(ratio) ? paceMs * ratio : paceMs;
  }));
}

/** How much of the CPU is busy beside what the answers seem to take. */
function cpuPerWork({ cpu, answersPerSecond, paceMs }: PaceReading): number {
  return cpu / (answersPerSecond * paceMs / 1_000);
}

/**
 * How much of a lead over the other servers is supported by what else is known.
 *
 * - Machines differ in speed, but not beyond all measure: a server that claims to be a hundred times as
 *   fast does something else than the others do. As its credit grows, more is believed.
 * - Answers take processor time. Where the CPU is much less busy than the answers would explain, going by
 *   the others, they are not the same answers.
 * - Answers of another size may be errors: then only so much is believed as lets a truly faster server
 *   with pages of its own get most of its due.
 *
 * @param lead How many times as fast as the others the backend is.
 * @returns a lead, or 1 where nothing supports it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { supportedLead } from "./supported_lead.ts";
 *
 * const other = { slot: 1, paceMs: 10, places: 50, answersPerSecond: 50, bytesPerAnswer: 8_000, cpu: 0.5, cores: 4 };
 * const fast = { ...other, slot: 0, paceMs: 2, cpu: 0.1 };
 * const rules = { credit: 1, believableLead: 8, oddAnswersLead: 4, alikeSizes: 1.5, leastCpuPart: 1 / 3 };
 * assertEquals(supportedLead(5, fast, [other], rules), 5);
 * assertEquals(supportedLead(5, { ...fast, bytesPerAnswer: 300 }, [other], rules), 4);
 * assertEquals(supportedLead(5, { ...fast, cpu: 0.01 }, [other], rules), 1);
 * ```
 */
export function supportedLead(
  lead: number,
  reading: PaceReading,
  others: readonly PaceReading[],
  rules: SupportRules,
): number {
  if (paceOfOthers(reading, others) / reading.paceMs > rules.believableLead * rules.credit) {
    return 1;
  }
  const usualCpu = lowerMedian(others.map(cpuPerWork));
  // Where either is unknown, nothing supports it.
  if (!(cpuPerWork(reading) >= usualCpu * rules.leastCpuPart)) return 1;
  const ratio = reading.bytesPerAnswer / lowerMedian(others.map((other) => other.bytesPerAnswer));
  const isAlike = ratio <= rules.alikeSizes && ratio >= 1 / rules.alikeSizes;
  return isAlike ? lead : Math.min(lead, rules.oddAnswersLead);
}
