/**
 * The constants of the adaptive policy, all in one place; `tilt.ts` and `adaptive.ts` say what becomes
 * of them.
 *
 * A strain of 2 makes a connection count twice: beside a server with a strain of 1, the strained one
 * carries half as many.
 */
export const adaptiveTuning = {
  /**
   * What full use of the CPU adds to a strain of 1. It grows in proportion to the use, not as
   * 1 / (1 − use): answering a report that is one probe interval old any more steeply makes equal
   * servers take turns at being overloaded.
   */
  cpuStrain: 2,

  /** What full memory adds. */
  ramStrain: 2,
  /** The power that keeps memory in ordinary use from mattering: half full adds a sixteenth of it. */
  ramPower: 4,

  /** A round trip of this many milliseconds adds 1: within one network RTT is to decide little. */
  rttMsOfOneStrain: 10,
  /** The most that a long round trip adds. */
  mostRttStrain: 3,

  /** What a link that is full, in its busier direction, adds. */
  bandwidthStrain: 2,
  /**
   * The link's speed in bytes per second where the server does not know it, as on most virtual
   * machines: 1 Gbit/s. Bandwidth in use would count for nothing there otherwise.
   */
  presumedLinkBps: 125_000_000,

  /** A report of this age in milliseconds counts half, one of twice the age a fifth. */
  halfTrustAgeMs: 5_000,

  /** How long a newcomer is warmed up, in milliseconds. */
  warmUpMs: 10_000,
  /** The part of its share that a newcomer begins with (Envoy's slow start has the same). */
  firstShare: 0.1,

  /**
   * For how many milliseconds tilts are kept before they are worked out anew: the shortest probe
   * interval, within which reports do not change anyway.
   */
  tiltsKeptMs: 50,
} as const;
