/**
 * Who is let into the roster, and how much one agent may say.
 *
 * Everyone who reaches this machine can invent agents, and where there is no key, or the attacker has
 * it, each of them is as genuine as any: it verifies, and it answers every probe. What can be bounded
 * is how many there are of them, and whom they can hurt.
 *
 * - **By address.** At most four agents answer from one address, and at most four advertise one.
 *   Addresses are dearer than identities: who has one gets four rows, not all of them. The place of
 *   one that was never up and fell silent is free again only after a while (`vain_arrivals.ts`).
 * - **By round.** `newcomer_draw.ts` says which newcomers a round takes in: by lot, address by address,
 *   so that being first, or asking often, is no way to keep others out.
 * - **In all.** Where the roster is full, `fair_share.ts` says who makes room: whoever was never up,
 *   then what an address has beyond its share. A server that is up and alone at its address stays.
 *   Whoever was never up and falls silent is forgotten as soon as it counts as down.
 * - **By agent.** An agent has at most four addresses, is started anew at most once in a round, and
 *   makes at most eight announcements in one.
 *
 * So an agent that nobody knew before gets in within a few rounds beside any number of invented ones,
 * as long as fewer addresses than the roster has places answer. Who can send from the very address of
 * a true newcomer can still take its four places; who can send from the address of a server that is up
 * cannot take its place.
 *
 * @module
 */
import type { RefusalReason } from "../../lib/protocol/refusal.ts";
import { FairShare } from "../table/fair_share.ts";
import { defaultLifecycleRules } from "../table/lifecycle.ts";
import type { Machine } from "./machine.ts";
import { NewcomerDraw } from "./newcomer_draw.ts";
import { VainArrivals } from "./vain_arrivals.ts";
import { hasRoomForPath, type HeardReport, type Roster } from "./roster.ts";

/** Agents that may answer from one address, and that may advertise one. */
export const agentsPerAddress = 4;

/** Announcements that are taken from an agent in a round; two changes, each said a few times. */
const announcementsPerRound = 8;

/** Rounds in which a newcomer can come up: it answers twice, and may lose an answer. */
const roundsToComeUp = 3;

/** What becomes of a report. */
export type IntakeVerdict =
  | { readonly kind: "known" }
  | {
    readonly kind: "newcomer";
    /** To be handed to {@linkcode Intake.enter}. */
    readonly rank: number;
    /** Who is to be forgotten for it. */
    readonly displaced: Machine | null;
  }
  | { readonly kind: "refused"; readonly reason: RefusalReason };

const known: IntakeVerdict = { kind: "known" };

/** Decides who is let into a roster. */
export class Intake {
  readonly #roster: Roster;
  readonly #draw: NewcomerDraw<Machine>;
  readonly #capacity: number;
  readonly #fairShare: FairShare<Machine>;
  readonly #vain = new VainArrivals();
  #round = 0;

  /**
   * @param options.secret 32 random bits.
   * @param options.capacity How many machines the roster may hold.
   */
  constructor(roster: Roster, { secret, capacity }: { secret: number; capacity: number }) {
    this.#roster = roster;
    this.#draw = new NewcomerDraw(secret);
    this.#capacity = capacity;
    this.#fairShare = new FairShare(() => ({
      capacity,
      holders: roster.machines,
      neverUp: roster.unsettled,
      sourceOf: ({ preferred }) => preferred.address,
      heldBy: (address) => roster.answering.count(address),
      sources: roster.answering.addresses,
      isYoung: (machine) => this.#isYoung(machine),
      isBusy: () => false,
    }));
  }

  /** Begins a round. */
  beginRound(round: number): void {
    this.#round = round;
    this.#draw.begin(round);
    this.#vain.beginRound(round);
    this.#fairShare.lookAgain();
  }

  /** Says what becomes of a report; nothing is changed by it. */
  judge(heard: HeardReport): IntakeVerdict {
    const machine = this.#roster.recognise(heard);
    const reason = this.#crowding(heard, machine) ??
      (machine === null ? null : this.#excess(heard, machine));
    if (reason !== null) return { kind: "refused", reason };
    return machine === null ? this.#judgeNewcomer(heard) : known;
  }

  /** Whether more agents than may would answer from an address, or advertise one. */
  #crowding({ report, source }: HeardReport, machine: Machine | null): RefusalReason | null {
    const { answering, advertising } = this.#roster;
    const { advertise } = report;
    const isNewHere = machine === null || !machine.paths.has(source);
    const isNewThere = advertise !== null && machine?.report.advertise !== advertise;
    const here = answering.count(source) + (machine === null ? this.#vain.count(source) : 0);
    const isCrowded = isNewHere && here >= agentsPerAddress ||
      isNewThere && advertising.count(advertise) >= agentsPerAddress;
    return isCrowded ? "crowded-address" : null;
  }

  /** Whether a known agent says more than one may. */
  #excess(
    { report, source, round, isAnswer }: HeardReport,
    machine: Machine,
  ): RefusalReason | null {
    if (!machine.paths.has(source) && !hasRoomForPath(machine, round)) return "excess";
    if (machine.instance !== report.instance && round <= machine.instanceRound) return "excess";
    const said = machine.announcedRound === this.#round ? machine.announcements : 0;
    return !isAnswer && said >= announcementsPerRound ? "excess" : null;
  }

  #judgeNewcomer({ source }: HeardReport): IntakeVerdict {
    const rank = this.#draw.rank(source, this.#roster.answering.count(source));
    const isFull = this.#roster.machines.size >= this.#capacity;
    if (this.#draw.hasPlaces && !isFull) return { kind: "newcomer", rank, displaced: null };
    const displaced = (this.#draw.hasPlaces ? this.#fairShare.whoMakesRoom(source) : null) ??
      this.#draw.givesWay(rank);
    return displaced === null
      ? { kind: "refused", reason: "no-room" }
      : { kind: "newcomer", rank, displaced };
  }

  #isYoung({ settled, missed, sinceRound }: Machine): boolean {
    return !settled && missed === 0 && this.#round - sinceRound < roundsToComeUp;
  }

  /** Takes note that a newcomer was let in. */
  enter(machine: Machine, rank: number): void {
    this.#draw.enter(machine, rank);
  }

  /** Takes note that a machine was forgotten. */
  leave(machine: Machine): void {
    this.#draw.leave(machine);
    const { settled, missed, preferred } = machine;
    const isVain = !settled && missed >= defaultLifecycleRules.fall;
    if (isVain) this.#vain.note(preferred.address, this.#round);
  }

  /** Takes note that an announcement was taken. */
  announced(machine: Machine): void {
    machine.announcements = machine.announcedRound === this.#round ? machine.announcements + 1 : 1;
    machine.announcedRound = this.#round;
  }
}
