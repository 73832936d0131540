/**
 * The constants of the adaptive policy, all in one place; `adaptive.ts`, `tilt.ts` and
 * `service_time.ts` say what becomes of them.
 */
export const adaptiveTuning: AdaptiveTuning = {
  /**
   * By how many connections chance may outweigh the rest. With none, front ends that see the same
   * reports go to the same server; with 1, a slow server is chosen too often.
   */
  tieBreak: 0.5,

  /** An answer's weight falls to 1/e in this many milliseconds. */
  paceMemoryMs: 3_000,
  /**
   * How many places in the queue are presumed to have been answered at the pace of all, for each
   * server: its own answers outweigh them once there are more.
   */
  presumedPlaces: 8,
  /** What one connection in flight is presumed to take while nothing was answered, in milliseconds. */
  presumedPaceMs: 10,

  /** What is added to every server's time, so that differences small beside it count little. */
  indifferenceMs: 2,

  /** Round trips that a fresh connection with one question takes: TCP's handshake and the question. */
  roundTrips: 2,

  /**
   * The link's speed in bytes per second where the server does not know it, as on most virtual
   * machines: 1 Gbit/s.
   */
  presumedLinkBps: 125_000_000,
  /** The bandwidth in use is shared among at least so many answers a second. */
  fewestAnswersPerSecond: 0.1,

  /** What full use of the CPU adds to a strain of 1. */
  cpuStrain: 0.5,
  /** What full memory adds. */
  ramStrain: 2,
  /** The power that keeps memory from mattering before it runs short. */
  ramPower: 16,

  /** A report of this age in milliseconds counts half, one of twice the age a fifth. */
  halfTrustAgeMs: 5_000,

  /** How long a newcomer is warmed up, in milliseconds. */
  warmUpMs: 2_000,
  /** The part of its share that a newcomer begins with. */
  firstShare: 0.1,

  /**
   * For how many milliseconds expected delays are kept before they are worked out anew: the shortest
   * probe interval.
   */
  delaysKeptMs: 50,
};

/** By name, a number each. */
export interface AdaptiveTuning {
  readonly tieBreak: number;
  readonly paceMemoryMs: number;
  readonly presumedPlaces: number;
  readonly presumedPaceMs: number;
  readonly indifferenceMs: number;
  readonly roundTrips: number;
  readonly presumedLinkBps: number;
  readonly fewestAnswersPerSecond: number;
  readonly cpuStrain: number;
  readonly ramStrain: number;
  readonly ramPower: number;
  readonly halfTrustAgeMs: number;
  readonly warmUpMs: number;
  readonly firstShare: number;
  readonly delaysKeptMs: number;
}
