import type { Endpoint } from "../lib/net/endpoint.ts";
import type { Probe } from "../lib/protocol/messages.ts";
import type { Key } from "../lib/protocol/key_ring.ts";

export type { Endpoint };

/** A monitor that probes this agent, named by the address and port that it says it sends from. */
export interface ProbingMonitor extends Endpoint {
  /** Its last probe that was verified. */
  readonly probe: Probe;
  /** The key which that probe was signed with. */
  readonly key: Key;
  /** When it arrived, in monotonic microseconds. */
  readonly seenMicros: number;
  /** About the longest time between its last few probes, in microseconds; 0 after the first. */
  readonly gapMicros: number;
}

const SECOND = 1_000_000;
/** How many monitors are remembered; a fleet has a handful. */
const CAPACITY = 256;
/** A monitor is remembered for three of the longest probe intervals that settings allow (60 s). */
const REMEMBERED_MICROS = 180 * SECOND;
/** How much of the longest gap is remembered from one probe to the next. */
const GAP_KEPT = 0.7;
/** The least time after which a monitor that fell silent counts as gone. */
const SILENCE_MICROS = 10 * SECOND;

/** The monitors that probe this agent, those that were heard of least recently first. */
export class ProbingMonitors {
  readonly #monitors = new Map<string, ProbingMonitor>();

  /**
   * Notes a verified probe.
   *
   * @returns whether it comes from a monitor that was not known, or that has been restarted.
   */
  note(probe: Probe, key: Key, nowMicros: number): boolean {
    const { address: hostname, port } = probe.sentFrom;
    const place = `${hostname} ${port}`;
    const previous = this.#monitors.get(place);
    const isSame = previous?.probe.session === probe.session;
    // One that was overtaken, or recorded before this agent started, is not what to announce under.
    if (isSame && previous.probe.sequence > probe.sequence) return false;
    // Probes come in small bursts (several keys, a retry): the gap between the bursts is what counts.
    const gapMicros = isSame
      ? Math.max(nowMicros - previous.seenMicros, previous.gapMicros * GAP_KEPT)
      : 0;
    // Deleting first moves the entry to the end of the map, which is its order of age.
    this.#monitors.delete(place);
    this.#monitors.set(place, {
      hostname,
      port,
      probe,
      key,
      seenMicros: nowMicros,
      gapMicros,
    });
    this.#forget(nowMicros);
    return !isSame;
  }

  #forget(nowMicros: number): void {
    for (const [place, { seenMicros }] of this.#monitors) {
      if (this.#monitors.size <= CAPACITY && nowMicros - seenMicros <= REMEMBERED_MICROS) return;
      this.#monitors.delete(place);
    }
  }

  /** Every monitor that is remembered: whom an announcement may concern. */
  remembered(nowMicros: number): ProbingMonitor[] {
    this.#forget(nowMicros);
    return [...this.#monitors.values()];
  }

  /** Those that have not missed three of their own intervals, and ten seconds at least. */
  live(nowMicros: number): ProbingMonitor[] {
    return this.remembered(nowMicros).filter(({ seenMicros, gapMicros }) =>
      nowMicros - seenMicros <= Math.max(SILENCE_MICROS, 3 * gapMicros)
    );
  }
}
