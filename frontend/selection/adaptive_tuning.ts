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
   * By how many connections the turn that equals take may outweigh the rest. It spreads connections among idle
   * servers that are nearly equal, which is fair to them and keeps what is known of them fresh. It costs
   * nothing that can be measured in `quarter-speed` up to 0.5.
   */
  readonly tieBreak: number;

  /**
   * The part of it that is left to chance; the rest makes equals take turns. With all of it left to chance
   * the busiest of three idle servers gets 1.4 times what the idlest does, with 0.3 or none 1.07
   * (`reload-of-3`). With none, front ends that do not know of each other could go in step; the simulation
   * does not show it (`four-front-ends`: p99 81 ms with 0, 0.3 and 1).
   */
  readonly chance: number;

  /**
   * An answer's weight falls to 1/e in this many milliseconds. With a shorter memory a change is
   * followed sooner (`moving-antagonist`: p99 119 ms with 1 s, 160 with 3 s, 177 with 10 s), with a
   * longer one more is known (`four-front-ends-quarter-speed`: 162, 116 and 102 ms).
   */
  readonly paceMemoryMs: number;

  /**
   * How many places in the queue are presumed to have been answered at the pace of all, for each
   * server: its own answers outweigh them once there are more. Fewer are as good in the simulation,
   * where nothing disturbs a measurement; 64 hide a slow server for long
   * (`four-front-ends-quarter-speed`: p99 165 instead of 116 ms).
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
   * How many times its usual scatter a difference of speed must be to count (see `significance.ts`). With 0
   * the busiest of three idle servers gets 1.46 times what the idlest does, with 0.5 and more 1.07
   * (`reload-of-3`); with more, a slow server is found out later (`quarter-speed-low-load`: p99 56 ms with
   * 0.5, 66 with 1, 82 with 2).
   */
  readonly doubt: number;

  /**
   * How many times the scatter that goes beyond the usual, as where a machine halts now and then. With 0
   * one answer that is held up keeps a person who reloads from a server (`reload-of-3`: busiest to idlest
   * 2.5 with 0, 1.4 with 1, 1.07 with 2 and 4); with more a change is followed later (`moving-antagonist`:
   * p99 150, 158, 160 and 168 ms).
   */
  readonly excessDoubt: number;

  /**
   * A server that is more than so many times as far ahead of the others as it used to be has become a
   * sinkhole, as far as anyone can tell: its lead is not believed (see `speed_credit.ts`). Without the rule
   * one that does an eighth of the work and answers an error as long as a page gets 91% of the
   * connections, with it 32% (`sinkhole-working`).
   */
  readonly suddenLead: number;

  /**
   * How many times as fast as the others a server may be at once where nothing speaks against it: while
   * the credit grows, the others must carry the rest. With 1 they are overloaded for a moment
   * (`truly-fast-of-2`: a mean of 5.2 ms instead of 4.9, and failures); 4 gains nothing.
   */
  readonly firstCredit: number;

  /**
   * How long the credit of a server that has been ahead all along takes to double, in milliseconds. From
   * 250 to 3,000 makes no difference that can be measured (`truly-fast-of-2`, `sinkhole-first-day-busy`).
   */
  readonly creditDoublingMs: number;

  /**
   * What is usual of a server is a mean over this time, in milliseconds: after so long, a lead that it kept
   * is its own. From 5 s to ten minutes makes little difference (`sinkhole-working`: 32% of the connections
   * with each).
   */
  readonly usualMemoryMs: number;

  /**
   * A server's speed is judged once so many places in its queue were answered lately. From 0.1 to 10 makes
   * no difference (`sinkhole-low-load`, `sinkhole-of-10`).
   */
  readonly fewestPlaces: number;

  /**
   * A lead of more than so many times what is credited already is no difference between machines. With 500
   * a server that is broken from its first day, its CPU busy otherwise, gets 49% in place of 31%
   * (`sinkhole-first-day-busy`); with 4 one that is truly eight times as fast is not believed, and the
   * others fail (`truly-fast-of-4`).
   */
  readonly believableLead: number;

  /**
   * The most that is credited to a server whose answers are of another size than the others'. With 8 one that
   * answers errors from its first day on after an eighth of the work gets 92% of the connections of four,
   * with 4.2 45% (`sinkhole-first-day-working`); with 2 one that is truly fast, and has other pages, leaves
   * the others more than they can do (`truly-fast-other-pages`).
   */
  readonly oddAnswersLead: number;

  /**
   * A server that is so many times as fast as it is credited to be is not preferred to an idle one. With 2.5
   * one that has been broken since its first day gets 80% of the connections, with 1.6 45%
   * (`sinkhole-first-day-working`); nothing else is touched down to 1.2.
   */
  readonly doubtedLead: number;

  /**
   * It gets at most so many times its due, by what it is credited with, whatever the others have to do.
   * Without the rule it gets 52% where two clients keep two of its three neighbours busy, with 1.5 44%, with
   * 1.25 36% (`sinkhole-insistent`). The less it gets, the more the others have to do (`sinkhole-high-load`:
   * their p99 is 96 ms without, 102 with 1.5, 134 with 1.25, 231 with 1.1).
   */
  readonly doubtedShare: number;

  /**
   * Answers are of like size up to this ratio. Where any size is alike, a server that answers errors from its
   * first day on gets 93% (`sinkhole-first-day-working`).
   */
  readonly alikeSizes: number;

  /**
   * The least part of the CPU that answers take elsewhere which they must take here. With 0 a server that
   * answers after 2 ms without any work gets 95% of the connections of four, with a third 39%
   * (`sinkhole-first-day-idle`); up to 0.8 one that is truly fast loses nothing (`truly-fast-of-4`).
   */
  readonly leastCpuPart: number;

  /**
   * An idle server that got no connection for so many milliseconds is taken for one that is near and
   * as fast as the fastest, until it has got one. Else one that was slow for a moment would be spared for
   * as long as the others are idle, too, as nothing new is learnt of it: seen with real servers on a busy
   * machine. Trying more often costs where one is slow for good (`quarter-speed-low-load`: p99 61 ms with
   * 500, 56 with 2,000 and with none).
   */
  readonly retryMs: number;

  /**
   * Round trips that a fresh connection with one question takes: TCP's handshake and the question
   * (`far`: p99 72 ms with none, 60 with one, 59 with two, 60 with four).
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
   * with none. Without it what the report tells before answers do is lost (`sparse`: p99 3.9 s with 0,
   * 2.0 s with 0.5); with more, front ends that see the same reports overload the same server
   * (`four-front-ends`: 82 ms with 0, 81 with 0.5 and 1, 88 with 2).
   */
  readonly cpuStrain: number;

  /**
   * What full memory adds. With none a server is driven to swap (`memory`: p99 290 ms instead of 227);
   * 1 is not enough in every run (206 to 363), 4 spares it too much (261).
   */
  readonly ramStrain: number;

  /**
   * The power that keeps memory from mattering before it runs short: a server of which 85% is in use
   * for good should get its part (`full-memory`: p99 57 ms with 4, 49 with 16), one that is about to
   * swap should not (`memory`: 265 ms with 4, 227 with 16, 359 with 64).
   */
  readonly ramPower: number;

  /**
   * A report of this age in milliseconds counts half, one of twice the age a fifth. From 1 s to 60 s
   * makes little difference while agents answer (`lost-probes`, `sparse`); it is there for those that
   * have ceased to.
   */
  readonly halfTrustAgeMs: number;

  /**
   * How long a newcomer is warmed up, in milliseconds. In the simulation it makes no difference any more
   * (`cold-start`: the slowest thousandth takes 138 ms with and without); it is there for services that
   * are much slower at first.
   */
  readonly warmUpMs: number;

  /**
   * The part of its share that a newcomer begins with, as in Envoy's slow start: each of its
   * connections in flight counts as up to ten. Others do the same (`cold-start`).
   */
  readonly firstShare: number;

  /**
   * For how many milliseconds expected delays are kept before they are worked out anew, which takes
   * time in proportion to the servers. 10 ms is hardly better than 50, 1 s is worse
   * (`moving-antagonist`: p99 154, 160 and 181 ms).
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
