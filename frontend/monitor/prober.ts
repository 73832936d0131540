import type { Key, KeyRing } from "../../lib/protocol/key_ring.ts";
import { decode, encodeProbe } from "../../lib/protocol/codec.ts";
import { isFromItsSender, type Origin, type Report } from "../../lib/protocol/messages.ts";
import type { RefusalReason } from "../../lib/protocol/refusal.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import type { BackendRegistry } from "../table/backend_registry.ts";
import { defaultLifecycleRules } from "../table/lifecycle.ts";
import { agentsPerAddress, Intake } from "./intake.ts";
import { AgentNews } from "./agent_news.ts";
import { isInDoubt, type Machine } from "./machine.ts";
import { OutstandingProbes } from "./outstanding_probes.ts";
import { noProbing, type ProbingCounts } from "./probing_counts.ts";
import { answerWindow, isStalled, roundLength } from "./probe_schedule.ts";
import { type HeardReport, Roster } from "./roster.ts";
import { type SilentPath, UnicastAsks } from "./unicast_asks.ts";

/** What a prober works with. */
export interface ProberOptions {
  readonly keys: KeyRing;
  readonly registry: BackendRegistry;
  readonly logger: Logger;
  /** Gives 64 random bits. */
  readonly newSession: () => bigint;
  /** *t* in milliseconds. */
  readonly intervalMs: number;
  /**
   * Told of every datagram that is refused; `claimed` is the address that it claims to come from,
   * where that is what is wrong.
   */
  readonly onRefused: (reason: RefusalReason, source: string, claimed?: string) => void;
}

/** A probe counts as answered late for this many rounds; then its answer no longer matches. */
const roundsToRemember = 4;

/**
 * Of rounds in a row in which this machine was held up or its socket overflowed, only every so many
 * count. True answers get through now and then, so that who is silent over so many rounds is gone; a
 * machine that was suspended has a single such round.
 */
const doubtfulRoundsPerMiss = 5;

/** Rounds of silence after which a machine that has no row in the table is forgotten. */
const roundsToForget = 100;

/**
 * The monitor's mind: what to send when, and what to make of what comes back. It holds no socket
 * and no timer; `monitor.ts` gives it both, and a test steps it by hand.
 *
 * A round is: probes to the group, then unicast to whoever is silent, then the count of those who
 * did not answer either.
 */
export class Prober {
  readonly #options: ProberOptions;
  readonly #outstanding: OutstandingProbes;
  readonly #keys: KeyRing;
  readonly #news: AgentNews;
  readonly #intake: Intake;
  readonly #unicastAsks = new UnicastAsks();
  #round = 0;
  /** The interfaces by which a probe left in this round, and the addresses that were asked. */
  readonly #asked = new Set<string>();
  #roundMs: number;
  #stoodStillUntil = -Infinity;
  #doubtfulRounds = 0;

  /** The machines that are known. */
  readonly roster: Roster;
  readonly #counts = noProbing();

  /** Makes a prober that knows of no machine yet. */
  constructor(options: ProberOptions) {
    this.#options = options;
    this.#keys = options.keys;
    this.#roundMs = options.intervalMs;
    const { authenticated } = options.keys;
    this.roster = new Roster({ authenticated });
    this.#outstanding = new OutstandingProbes(options.newSession, { authenticated });
    this.#news = new AgentNews(options.logger);
    this.#intake = new Intake(this.roster, {
      secret: Number(options.newSession() & 0xffff_ffffn),
      capacity: options.registry.capacity,
    });
  }

  /** What probing came to since the beginning. */
  get counts(): Readonly<ProbingCounts> {
    return this.#counts;
  }

  /** The keys under which every probe is to be sent: the new one and, under a change, the old one. */
  get keys(): readonly Key[] {
    return this.#keys.keys;
  }

  /**
   * Begins a round.
   *
   * @returns how long it is to last, in milliseconds.
   */
  beginRound(now: number): number {
    const { intervalMs, registry } = this.#options;
    this.#round++;
    this.#counts.rounds++;
    this.#asked.clear();
    this.#intake.beginRound(this.#round);
    this.#roundMs = roundLength(intervalMs, {
      now,
      lastChange: registry.lastChange,
      unsettled: this.roster.machines.values().some(isInDoubt),
    });
    this.#outstanding.forgetSentBefore(now - roundsToRemember * intervalMs);
    return this.#roundMs;
  }

  /**
   * Makes a probe for one datagram; to be called at the moment of sending, as its time is in it.
   *
   * @param sentFrom Address and port of the socket that is to send it.
   * @param isToGroup Whether it goes to the group; else to one address, where few agents are.
   */
  probe(now: number, key: Key, sentFrom: Origin, isToGroup = true): Uint8Array {
    const answerWindowMs = answerWindow(this.roster.machines.size, this.#roundMs);
    const terms = { answerWindowMs, frontends: 1, sentFrom };
    const mostAnswers = isToGroup ? Infinity : agentsPerAddress;
    return encodeProbe(this.#outstanding.issue(this.#round, now, terms, mostAnswers), key);
  }

  /**
   * Takes note that a probe left this machine: only then is silence the servers' own.
   *
   * @param via Name of the interface by which it left.
   * @param address Where it went: the group, or one address.
   */
  sent(via: string, address: string): void {
    this.#asked.add(via).add(address);
    this.#counts.probesSent++;
  }

  /**
   * Takes note that a probe could not be sent.
   *
   * @param address Where it should have gone.
   */
  notSent(address: string): void {
    this.#unicastAsks.notSent(address);
    this.#counts.probesFailed++;
  }

  /** Whether a probe left for a machine: by an interface that hears it, or to one of its addresses. */
  #wasAsked({ paths }: Machine): boolean {
    return paths.values().some(({ address, via }) =>
      this.#asked.has(via) || this.#asked.has(address)
    );
  }

  /**
   * Whom to ask again at this moment, by unicast; see `unicast_asks.ts`.
   *
   * @param atMost How many addresses at most.
   */
  askAgain(atMost: number): SilentPath[] {
    const silent = this.roster.silentIn(this.#round);
    const limits = { round: this.#round, atMost, probesEach: this.keys.length };
    return this.#unicastAsks.choose(silent, limits);
  }

  /**
   * Ends a round: counts the silent, unless the silence may be our own.
   *
   * @param lateMs How much later than planned the round ends, the time left out that asking took.
   * @param lostDatagrams How many datagrams the kernel threw away during it, for want of room in our
   * sockets' buffers; answers may be among them.
   */
  endRound(now: number, lateMs: number, lostDatagrams = 0): void {
    const { registry } = this.#options;
    const isHeldUp = isStalled(lateMs, this.#roundMs);
    this.#doubtfulRounds = isHeldUp || lostDatagrams > 0 ? this.#doubtfulRounds + 1 : 0;
    this.#counts.lostDatagrams += lostDatagrams;
    if (lostDatagrams > 0) this.#counts.lossy++;
    if (isHeldUp) {
      this.#counts.heldUp++;
      this.#news.heldUp(lateMs, now);
    }
    if (this.#doubtfulRounds % doubtfulRoundsPerMiss === 0) {
      const silent = this.roster.closeRound(this.#round, (machine) => this.#wasAsked(machine));
      this.#counts.missed += silent.length;
      for (const machine of silent) registry.missed(machine, now);
    }
    registry.tick(now);
    this.#news.tick(now);
    this.#forgetTheGone(now);
  }

  /** Whoever was never up goes as soon as it counts as down: there may be any number of such. */
  #forgetTheGone(now: number): void {
    for (const machine of this.roster.machines) {
      const { missed, settled } = machine;
      const isStranger = !settled && missed >= defaultLifecycleRules.fall;
      const isLongGone = missed >= roundsToForget && !this.#options.registry.holds(machine);
      if (isStranger || isLongGone) this.#forget(machine, now);
    }
  }

  #forget(machine: Machine, now: number): void {
    this.#options.registry.forgetMachine(machine, now);
    this.roster.forget(machine);
    this.#intake.leave(machine);
    this.#outstanding.forgetAgent(machine);
  }

  /** Whether a machine that was asked in this round has not answered, and is not taken for lost. */
  get isAwaitingAnswers(): boolean {
    return this.roster.machines.values().some((machine) =>
      machine.answeredRound < this.#round && machine.missed < defaultLifecycleRules.fall &&
      this.#wasAsked(machine)
    );
  }

  /**
   * Takes note that this program may have stood still until now. What arrived meanwhile lay unread, so
   * that the time it took says nothing about the network.
   */
  stoodStill(now: number): void {
    this.#stoodStillUntil = now;
  }

  /**
   * Takes in a datagram.
   *
   * @param source The address it came from.
   * @param via Name of our interface that received it.
   * @param now When it was received, in monotonic milliseconds.
   */
  receive(datagram: Uint8Array, source: string, via: string, now: number): void {
    const { onRefused } = this.#options;
    const decoded = decode(datagram, this.#keys);
    if (decoded.kind === "refused") return onRefused(decoded.reason, source);
    if (decoded.kind === "probe") return onRefused("unexpected", source);
    const { report } = decoded;
    // Before it is matched: whoever passes a report on must not use up the true one.
    if (!isFromItsSender(report, source)) {
      return onRefused("address-mismatch", source, report.address);
    }
    const matched = this.#outstanding.match(report, now, source);
    if (matched.kind === "refused") return onRefused(matched.reason, source);
    if (matched.kind === "repeated") {
      this.#counts.repeats++;
      return;
    }
    const isAnswer = matched.kind === "answer";
    const round = isAnswer ? matched.round : this.#round;
    const rttMs = isAnswer && this.#isNetworksTime(report, round) ? matched.rttMs : null;
    this.#admit({ report, source, via, round, isAnswer, rttMs }, now);
  }

  /**
   * Whether an answer took as long as the network did: it did not lie unread here, and its agent is
   * no longer behind. One that answers after the round was over has itself stood still.
   */
  #isNetworksTime({ sentAt }: Report, round: number): boolean {
    // Times of sending are whole microseconds.
    return round === this.#round && Number(sentAt) >= Math.floor(this.#stoodStillUntil * 1000);
  }

  #admit(heard: HeardReport, now: number): void {
    const verdict = this.#intake.judge(heard);
    if (verdict.kind === "refused") return this.#options.onRefused(verdict.reason, heard.source);
    if (verdict.kind === "newcomer" && verdict.displaced !== null) {
      this.#forget(verdict.displaced, now);
    }
    const machine = this.#hear(heard, now);
    if (verdict.kind === "newcomer") this.#intake.enter(machine, verdict.rank);
  }

  #hear(heard: HeardReport, now: number): Machine {
    const { registry } = this.#options;
    const { isAnswer, report, source } = heard;
    const result = this.roster.hear(heard);
    const { machine, isFirstInRound, restarted, alternates, isAside } = result;
    if (isAnswer || !isAside) this.#outstanding.take(report, source);
    if (isAside) {
      this.#counts.aside++;
      return machine;
    }
    this.#counts[isAnswer ? "answers" : "announcements"]++;
    if (!isAnswer) this.#intake.announced(machine);
    this.#news.heard(heard, result, now);
    if (restarted && !alternates && machine.formerInstance !== null) {
      this.#outstanding.replaced({ agent: machine.agent, instance: machine.formerInstance });
    }
    // A second answer in a round, by another path or key, brings only a round-trip time.
    if (isFirstInRound || !isAnswer) registry.heard(machine, now, isAnswer);
    if (!machine.settled && registry.hasBeenUp(machine)) this.roster.settle(machine);
    return machine;
  }
}
