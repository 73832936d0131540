/**
 * Who is asked again by unicast in a round, and how often.
 *
 * Multicast is what Wi-Fi and switches lose first, so that a silent server is asked again directly.
 * But a sender's address is easily forged, and a probe is longer than a report: unbounded asking could
 * be turned against others, and against this program itself. So an address is asked
 *
 * - only once it has answered in two rounds,
 * - never more often than it has answered: every answered round gives it a credit for one probe, up
 *   to 128, which each probe that leaves uses up,
 * - once for all agents that are known there, and those that are down once in five rounds,
 *
 * and where more are silent than can be asked in a round, those that were asked least recently come
 * first, so that everyone has a turn.
 *
 * @module
 */
import { defaultLifecycleRules } from "../table/lifecycle.ts";
import type { Machine, Path } from "./machine.ts";

/** Someone to be asked again by unicast. */
export interface SilentPath {
  readonly address: string;
  /** Name of our interface that last heard it. */
  readonly via: string;
}

/** Rounds that an address must have answered before it is asked by unicast. */
const leastAnswers = 2;

/** Unanswered probes that an address can be sent by unicast. They last a server for ten minutes. */
const mostCredit = 128;

/** A machine that is down is asked by unicast only in every so many rounds. */
const roundsBetweenAsksWhenDown = 5;

/** Takes note that a round was answered from an address. */
export function earn(path: Path): void {
  path.answers++;
  path.credit = Math.min(path.credit + 1, mostCredit);
}

/** Chooses whom to ask by unicast. */
export class UnicastAsks {
  #turn = 0;
  /** Those that were chosen last, by address. */
  #chosen: ReadonlyMap<string, Path> = new Map();

  /**
   * Chooses whom to ask now, and uses up their credit.
   *
   * @param silent The machines that have not answered in this round.
   * @param options.atMost How many addresses may be asked.
   * @param options.probesEach How many probes an address is sent: one under each key.
   */
  choose(
    silent: readonly Machine[],
    { round, atMost, probesEach }: { round: number; atMost: number; probesEach: number },
  ): Path[] {
    const due = new Map<string, Path>();
    for (const machine of silent) {
      for (const path of machine.paths.values()) {
        if (isDue(machine, path, round) && path.credit >= probesEach) due.set(path.address, path);
      }
    }
    const inTurn = [...due.values()].sort((a, b) => a.askedTurn - b.askedTurn);
    const chosen = inTurn.slice(0, atMost);
    for (const path of chosen) {
      path.credit -= probesEach;
      path.askedRound = round;
      path.askedTurn = ++this.#turn;
    }
    this.#chosen = new Map(chosen.map((path) => [path.address, path]));
    return chosen;
  }

  /**
   * Gives back the credit for a probe that never left: without a network for some rounds we would
   * otherwise have no credit left to ask by when it is there again.
   */
  notSent(address: string): void {
    const path = this.#chosen.get(address);
    if (path !== undefined) path.credit++;
  }
}

function isDue({ missed }: Machine, { answers, askedRound }: Path, round: number): boolean {
  if (answers < leastAnswers) return false;
  if (missed < defaultLifecycleRules.fall) return true;
  return round % roundsBetweenAsksWhenDown === 0 && askedRound < round;
}
