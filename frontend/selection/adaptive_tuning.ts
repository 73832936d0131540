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
   * The part of it that is left to chance; the rest makes equals take turns. With none, front ends that
   * do not know of each other go in step.
   */
  readonly chance: number;

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

  /** How many times its usual scatter a difference of speed must be to count (see `significance.ts`). */
  readonly doubt: number;

  /** How many times the scatter that goes beyond the usual, as where a machine halts now and then. */
  readonly excessDoubt: number;

  /**
   * A server that is more than so many times as far ahead of the others as it used to be has become a
   * sinkhole, as far as anyone can tell: its lead is not believed (see `speed_credit.ts`).
   */
  readonly suddenLead: number;

  /**
   * How many times as fast as the others a server may be at once where nothing speaks against it: while
   * the credit grows, the others must carry the rest (`truly-fast-of-2`).
   */
  readonly firstCredit: number;

  /** How long the credit of a server that has been ahead all along takes to double, in milliseconds. */
  readonly creditDoublingMs: number;

  /** What is usual of a server is a mean over this time, in milliseconds. */
  readonly usualMemoryMs: number;

  /** A server's speed is judged once so many places in its queue were answered lately. */
  readonly fewestPlaces: number;

  /** A lead of more than so many times what is credited already is no difference between machines. */
  readonly believableLead: number;

  /**
   * The most that is credited to a server whose answers are of another size than the others': of four
   * servers, it gets 58%.
   */
  readonly oddAnswersLead: number;

  /** A server that is so many times as fast as it is credited to be is not preferred to an idle one. */
  readonly doubtedLead: number;

  /** It gets at most so many times its due, by what it is credited with, whatever the others have to do. */
  readonly doubtedShare: number;

  /** Answers are of like size up to this ratio. */
  readonly alikeSizes: number;

  /** The least part of the CPU that answers take elsewhere which they must take here. */
  readonly leastCpuPart: number;

  /**
   * An idle server that got no connection for so many milliseconds is taken for one that is near and
   * as fast as the fastest, until it has got one. Else one that was slow for a moment would be spared for as long as the others
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
  chance: 0.3,
  paceMemoryMs: 3_000,
  presumedPlaces: 8,
  presumedPaceMs: 10,
  indifferenceMs: 2,
  doubt: 0.5,
  excessDoubt: 2,
  suddenLead: 1.7,
  firstCredit: 2,
  creditDoublingMs: 750,
  usualMemoryMs: 60_000,
  fewestPlaces: 1,
  believableLead: 14,
  oddAnswersLead: 4.2,
  doubtedLead: 1.6,
  doubtedShare: 1.25,
  alikeSizes: 1.5,
  leastCpuPart: 1 / 3,
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
