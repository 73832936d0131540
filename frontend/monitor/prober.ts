import type { Key, KeyRing } from "../../lib/protocol/key_ring.ts";
import { decode, encodeProbe } from "../../lib/protocol/codec.ts";
import { isFromItsSender, type Origin, type Report } from "../../lib/protocol/messages.ts";
import type { RefusalReason } from "../../lib/protocol/refusal.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import { OncePer } from "../../lib/systemd/rate_limit.ts";
import type { BackendRegistry } from "../table/backend_registry.ts";
import { defaultLifecycleRules } from "../table/lifecycle.ts";
import { OutstandingProbes } from "./outstanding_probes.ts";
import { noProbing, type ProbingCounts } from "./probing_counts.ts";
import { answerWindow, isStalled, roundLength } from "./probe_schedule.ts";
import { type HeardReport, type Machine, Roster } from "./roster.ts";

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

/** Someone to be asked again by unicast. */
export interface SilentPath {
  readonly address: string;
  /** Name of our interface that last heard it. */
  readonly via: string;
}

/** A probe counts as answered late for this many rounds; then its answer no longer matches. */
const roundsToRemember = 4;

/** A machine that is down is asked by unicast only in every so many rounds. */
const roundsBetweenAsksWhenDown = 5;

/**
 * Of rounds in a row in which our own socket overflowed, only every so many count. Under a flood true
 * answers get through now and then, so that who is silent over so many rounds is gone.
 */
const lossyRoundsPerMiss = 5;

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
  readonly #said = new OncePer({ intervalMs: 600_000 });
  #round = 0;
  /** The interfaces by which a probe left in this round, and the addresses that were asked. */
  readonly #asked = new Set<string>();
  #roundMs: number;
  #stoodStillUntil = -Infinity;
  #lossyRounds = 0;

  /** The machines that are known. */
  readonly roster = new Roster();
  readonly #counts = noProbing();

  /** Makes a prober that knows of no machine yet. */
  constructor(options: ProberOptions) {
    this.#options = options;
    this.#keys = options.keys;
    this.#roundMs = options.intervalMs;
    this.#outstanding = new OutstandingProbes(options.newSession);
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
    this.#roundMs = roundLength(intervalMs, {
      now,
      lastChange: registry.lastChange,
      unsettled: this.#isUnsettled(),
    });
    this.#outstanding.forgetSentBefore(now - roundsToRemember * intervalMs);
    return this.#roundMs;
  }

  #isUnsettled(): boolean {
    for (const { missed } of this.roster.machines) {
      if (missed > 0 && missed < defaultLifecycleRules.fall) return true;
    }
    return false;
  }

  /**
   * Makes a probe for one datagram; to be called at the moment of sending, as its time is in it.
   *
   * @param sentFrom Address and port of the socket that is to send it.
   */
  probe(now: number, key: Key, sentFrom: Origin): Uint8Array {
    const answerWindowMs = answerWindow(this.roster.machines.size, this.#roundMs);
    const terms = { answerWindowMs, frontends: 1, sentFrom };
    return encodeProbe(this.#outstanding.issue(this.#round, now, terms), key);
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

  /** Takes note that a probe could not be sent. */
  notSent(): void {
    this.#counts.probesFailed++;
  }

  /** Whether a probe left for a machine: by an interface that hears it, or to one of its addresses. */
  #wasAsked({ paths }: Machine): boolean {
    return paths.values().some(({ address, via }) =>
      this.#asked.has(via) || this.#asked.has(address)
    );
  }

  /** Whom to ask again in this round, by unicast: multicast is what Wi-Fi and switches lose first. */
  silentPaths(): SilentPath[] {
    return this.roster.silentIn(this.#round)
      .filter((machine) => this.#isWorthAsking(machine))
      .flatMap((machine) => [...machine.paths.values()]);
  }

  #isWorthAsking({ missed }: Machine): boolean {
    return missed < defaultLifecycleRules.fall || this.#round % roundsBetweenAsksWhenDown === 0;
  }

  /**
   * Ends a round: counts the silent, unless the silence may be our own.
   *
   * @param lateMs How much later than planned the round ends.
   * @param lostDatagrams How many datagrams the kernel threw away during it, for want of room in our
   * sockets' buffers; answers may be among them.
   */
  endRound(now: number, lateMs: number, lostDatagrams = 0): void {
    const { registry, logger } = this.#options;
    this.#lossyRounds = lostDatagrams > 0 ? this.#lossyRounds + 1 : 0;
    this.#counts.lostDatagrams += lostDatagrams;
    if (lostDatagrams > 0) this.#counts.lossy++;
    if (isStalled(lateMs, this.#roundMs)) {
      this.#counts.heldUp++;
      logger.warn(
        `Probing was held up for ${Math.round(lateMs)} ms on this machine: ` +
          "unanswered probes of that time are not held against the servers",
      );
    } else if (this.#lossyRounds % lossyRoundsPerMiss === 0) {
      const silent = this.roster.closeRound(this.#round, (machine) => this.#wasAsked(machine));
      this.#counts.missed += silent.length;
      for (const machine of silent) registry.missed(machine, now);
    }
    registry.tick(now);
    this.#forgetTheGone();
  }

  #forgetTheGone(): void {
    for (const machine of this.roster.machines) {
      const { missed, instance } = machine;
      if (missed < roundsToForget || this.#options.registry.holds(machine)) continue;
      this.roster.forget(machine);
      this.#options.registry.forgetMachine(machine);
      this.#outstanding.forgetInstance(instance);
    }
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
    const matched = this.#outstanding.match(report, now);
    if (matched.kind === "refused") return onRefused(matched.reason, source);
    if (matched.kind === "repeated") {
      this.#counts.repeats++;
      return;
    }
    if (matched.kind === "announcement") {
      this.#counts.announcements++;
      return this.#hear({ report, source, via, round: this.#round, rttMs: null }, now, false);
    }
    this.#counts.answers++;
    const { round } = matched;
    const rttMs = this.#isNetworksTime(report, round) ? matched.rttMs : null;
    this.#hear({ report, source, via, round, rttMs }, now, true);
  }

  /**
   * Whether an answer took as long as the network did: it did not lie unread here, and its agent is
   * no longer behind. One that answers after the round was over has itself stood still.
   */
  #isNetworksTime({ sentAt }: Report, round: number): boolean {
    // Times of sending are whole microseconds.
    return round === this.#round && Number(sentAt) >= Math.floor(this.#stoodStillUntil * 1000);
  }

  #hear(heard: HeardReport, now: number, asked: boolean): void {
    const { registry, logger } = this.#options;
    const { machine, isFirstInRound, restarted, alternates, duplicateOf } = this.roster.hear(heard);
    if (alternates) this.#sayTwoInOne(heard.source, now);
    else if (restarted) logger.info(`The agent at ${heard.source} was started anew`);
    if (restarted && !alternates && machine.formerInstance !== null) {
      this.#outstanding.replaced(machine.formerInstance);
    }
    if (duplicateOf !== null) this.#sayDuplicate(machine, duplicateOf);
    // A second answer in a round, by another path or key, brings only a round-trip time.
    if (isFirstInRound || !asked) registry.heard(machine, now, asked);
  }

  #sayTwoInOne(source: string, now: number): void {
    const message =
      `Two agents at ${source} answer under one identity: give each other LB_SERVICES, ` +
      "or stop one of them";
    const line = this.#said.admit(source, message, now);
    if (line !== null) this.#options.logger.warn(line);
  }

  #sayDuplicate(machine: Machine, other: Machine): void {
    this.#options.logger.warn(
      `The agents at ${machine.preferred.address} and ${other.preferred.address} have the same ` +
        "identity: the machines seem to be clones; they are told apart by address, but better " +
        "give each its own with: rm /etc/machine-id && systemd-machine-id-setup, and restart",
    );
  }
}
