/**
 * The constants of the adaptive policy, all in one place; `adaptive.ts`, `tilt.ts` and
 * `service_time.ts` say what becomes of them.
 *
 * The experiments behind them stand in `tests/bench/results/adaptive_tuning.md`, under the constant's
 * name; the scenarios named here are those of `tests/bench/results/simulation.md`. "p99" is the 99th
 * percentile of the time that an answer takes.
 *
 * @module
 */

/** What the adaptive policy reckons with. */
export interface AdaptiveTuning {
  /**
   * By how many connections chance may outweigh the rest. It spreads connections among idle servers
   * that are nearly equal, which is fair to them and keeps what is known of them fresh. It costs nothing
   * that can be measured in `quarter-speed` up to 0.5; in `sparse` the p99 is a quarter longer with 1.
   */
  readonly tieBreak: number;

  /**
   * An answer's weight falls to 1/e in this many milliseconds. With a shorter memory a change is
   * followed sooner (`moving-antagonist`: p99 102 ms with 1 s, 132 with 3 s, 166 with 10 s), with a
   * longer one more is known (`four-front-ends-quarter-speed`: 121, 102 and 97 ms).
   */
  readonly paceMemoryMs: number;

  /**
   * How many places in the queue are presumed to have been answered at the pace of all, for each
   * server: its own answers outweigh them once there are more. Fewer are as good in the simulation,
   * where nothing disturbs a measurement; 64 hide a slow server for long
   * (`four-front-ends-quarter-speed`: p99 144 instead of 102 ms).
   */
  readonly presumedPlaces: number;

  /**
   * What one connection in flight is presumed to take while nothing was answered, in milliseconds. The
   * first answers outweigh it: from 1 to 100 makes no difference (`far`).
   */
  readonly presumedPaceMs: number;

  /**
   * Milliseconds that are added to every server's time, so that differences small beside them count
   * little: a process that waits for a processor, or a garbage collection, makes as much. Up to 5 costs
   * nothing that can be measured with requests of 10 ms (`quarter-speed`, `low-load`).
   */
  readonly indifferenceMs: number;

  /**
   * An idle server that got no connection for so many milliseconds is taken for one that is near and
   * of average speed, until it has got one. Else one that was slow for a moment would be spared for as long as the others
   * are idle, too, as nothing new is learnt of it: seen with real servers on a busy machine.
   */
  readonly retryMs: number;

  /**
   * Round trips that a fresh connection with one question takes: TCP's handshake and the question
   * (`far`: p99 75 ms with none, 62 with one, 59 with two and with four).
   */
  readonly roundTrips: number;

  /**
   * The link's speed in bytes per second where the server does not know it, as on most virtual
   * machines: 1 Gbit/s. An assumption, the same for all that do not know it.
   */
  readonly presumedLinkBps: number;

  /** The bandwidth in use is shared among at least so many answers a second: no division by 0. */
  readonly fewestAnswersPerSecond: number;

  /**
   * What full use of the CPU adds to a strain of 1: a server with all of it in use counts 1.5 times one
   * with none. Without it what the report tells before answers do is lost (`sparse`: p99 3.4 s with 0,
   * 2.0 s with 0.5); with more, front ends that see the same reports overload the same server
   * (`four-front-ends`: 79 ms with 0 and 0.5, 82 with 1, 93 with 2).
   */
  readonly cpuStrain: number;

  /**
   * What full memory adds. With none a server is driven to swap (`memory`: p99 362 ms instead of 237);
   * 1 is as good as 2 there, 4 spares it too much (274).
   */
  readonly ramStrain: number;

  /**
   * The power that keeps memory from mattering before it runs short: a server of which 85% is in use
   * for good should get its part (`full-memory`: p99 58 ms with 4, 49 with 16), one that is about to
   * swap should not (`memory`: 300 ms with 4, 237 with 16, 271 with 64).
   */
  readonly ramPower: number;

  /**
   * A report of this age in milliseconds counts half, one of twice the age a fifth. From 1 s to 60 s
   * makes little difference while agents answer (`lost-probes`, `sparse`); it is there for those that
   * have ceased to.
   */
  readonly halfTrustAgeMs: number;

  /**
   * How long a newcomer is warmed up, in milliseconds: the slowest thousandth of requests to a service
   * that starts slowly takes 142 ms, without it 179 (`cold-start`). Longer gains nothing.
   */
  readonly warmUpMs: number;

  /**
   * The part of its share that a newcomer begins with, as in Envoy's slow start: each of its
   * connections in flight counts as up to ten. 0.25 does the same (`cold-start`).
   */
  readonly firstShare: number;

  /**
   * For how many milliseconds expected delays are kept before they are worked out anew, which takes
   * time in proportion to the servers. 10 ms is hardly better than 50, 1 s is worse
   * (`moving-antagonist`: p99 125, 132 and 151 ms).
   */
  readonly delaysKeptMs: number;
}

/** The constants in use. */
export const adaptiveTuning: AdaptiveTuning = {
  tieBreak: 0.5,
  paceMemoryMs: 3_000,
  presumedPlaces: 8,
  presumedPaceMs: 10,
  indifferenceMs: 2,
  retryMs: 2_000,
  roundTrips: 2,
  presumedLinkBps: 125_000_000,
  fewestAnswersPerSecond: 0.1,
  cpuStrain: 0.5,
  ramStrain: 2,
  ramPower: 16,
  halfTrustAgeMs: 5_000,
  warmUpMs: 2_000,
  firstShare: 0.1,
  delaysKeptMs: 50,
};
