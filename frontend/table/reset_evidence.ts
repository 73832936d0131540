/**
 * Who is to blame for a connection that a server reset before its first byte: the server, or what the
 * client sent?
 *
 * A server that resets nonsense is well. A server that resets everybody is not. Three things tell them
 * apart, and all of them are weighed here:
 *
 * - the **same bytes at another server**: an answer there speaks against the server, another reset
 *   against the client;
 * - **other clients**: those that met a reset here while resets are rare elsewhere speak against the
 *   server, and every connection it answers speaks for it;
 * - **who speaks**: one client's word is no evidence against a server that others use.
 *
 * @module
 */
import {
  type ByKind,
  type ClientKind,
  type Encounter,
  ResetCase,
  type Tally,
} from "./reset_case.ts";

/** The figures by which servers are blamed. */
export interface ResetRules {
  /** How likely it may be that a server is blamed that only met bad clients. */
  readonly chanceOfError: number;
  /** How likely another server is to answer bytes that are to blame themselves. */
  readonly chanceOfAnswer: number;
  /** How long a server must have answered no new connection, in milliseconds. */
  readonly silenceMs: number;
  /** How far apart the first and the last reset of that time must be, in milliseconds. */
  readonly spreadMs: number;
  /** Resets within so many milliseconds are one: a server that dies resets all that it has. */
  readonly incidentMs: number;
  /** In which time what was seen counts for 1/e, in milliseconds. */
  readonly memoryMs: number;
  /** A server that was last used by others longer ago is not in use by them, in milliseconds. */
  readonly inUseMs: number;
  /** Clients of whom none was answered for so long are not there any more, in milliseconds. */
  readonly presentMs: number;
}

/** What is used unless a test says otherwise; `reset_evidence_test.ts` tries it on traffic. */
export const defaultResetRules: ResetRules = {
  chanceOfError: 1e-5,
  chanceOfAnswer: 0.01,
  silenceMs: 800,
  spreadMs: 400,
  incidentMs: 100,
  memoryMs: 10_000,
  inUseMs: 30_000,
  presentMs: 3_000,
};

/** What is known of the servers beside their resets; times are monotonic milliseconds. */
export interface ServersInUse {
  /** Changes when the slot is another server's. */
  generation(slot: number): number;
  /** The other servers to which the same connections may go. */
  peersOf(slot: number): readonly number[];
  /** How many connections a server was given in all, and reset before its first byte. */
  given(slot: number): number;
  reset(slot: number): number;
  /** How many it has answered in all, by what the client was before. */
  answered(slot: number): ByKind;
  /** When the youngest connection that it has answered was begun; −Infinity: none was. */
  youngestAnswered(slot: number): number;
  /** When it last answered another client; −Infinity: never. */
  lastAnsweredOther(slot: number, client: number): number;
  /** Whether anybody answered the client of late. */
  isKnown(client: number, now: number): boolean;
}

/** Weighs resets. Memory is bounded by the servers there are. */
export class ResetEvidence {
  readonly #servers: ServersInUse;
  readonly #rules: ResetRules;
  readonly #cases = new Map<number, { readonly generation: number; readonly case: ResetCase }>();

  /** Knows of no reset yet. */
  constructor(servers: ServersInUse, rules: ResetRules = defaultResetRules) {
    this.#servers = servers;
    this.#rules = rules;
  }

  /**
   * A server reset a client's connection before its first byte.
   *
   * @param client The client's hash.
   * @returns whether the server is to blame: it is better left out for a while.
   */
  reset(slot: number, client: number, now: number): boolean {
    const encounter = this.#encounter(slot, client, now);
    // Whom nobody answers may send nonsense again and again: that tells nothing more.
    const isTelling = encounter.kind === "known" || encounter.plain + encounter.witnessed === 0;
    if (isTelling && this.#isIncident(slot, now)) encounter.plain++;
    return this.#judge(slot, now);
  }

  /**
   * Another server answered the bytes that a server had reset.
   *
   * @returns whether the server is to blame.
   */
  answeredElsewhere(slot: number, client: number, now: number): boolean {
    const encounter = this.#encounter(slot, client, now);
    const isTold = encounter.plain > 0;
    if (isTold) encounter.plain--;
    if (isTold || this.#isIncident(slot, now)) encounter.witnessed++;
    return this.#judge(slot, now);
  }

  /** Other servers reset the same bytes as well: they are the client's fault. */
  resetElsewhere(slot: number, client: number, now: number): void {
    this.#open(slot, now).excuse(client, this.#kindOf(client, now), now);
  }

  /** Whether time alone may decide on resets that were met of late. */
  isPending(now: number): boolean {
    const since = now - 2 * this.#rules.silenceMs;
    return [...this.#cases.values()].some((one) =>
      one.case.run.size > 0 && one.case.runSince > since
    );
  }

  /**
   * Looks at the resets so far again, as time has passed.
   *
   * @returns the servers that are to blame.
   */
  look(now: number): number[] {
    const suspects = [...this.#cases].filter(([, { case: { run } }]) => run.size > 0);
    return suspects.map(([slot]) => slot).filter((slot) => {
      this.#open(slot, now);
      return this.#judge(slot, now);
    });
  }

  // ---------------------------------------------------------------- cases

  /** The case of a server as of now, and with it those of the others: they are compared. */
  #open(slot: number, now: number): ResetCase {
    for (const peer of this.#servers.peersOf(slot)) this.#upToDate(peer, now);
    return this.#upToDate(slot, now);
  }

  #upToDate(slot: number, now: number): ResetCase {
    const generation = this.#servers.generation(slot);
    const answers = this.#servers.answered(slot);
    const known = this.#cases.get(slot);
    if (known?.generation !== generation) {
      const begun = new ResetCase(answers, now, this.#rules.memoryMs);
      this.#cases.set(slot, { generation, case: begun });
      return begun;
    }
    known.case.fade(answers, now);
    if (this.#servers.youngestAnswered(slot) > known.case.runSince) known.case.acquit(now);
    return known.case;
  }

  #encounter(slot: number, client: number, now: number): Encounter {
    const kind = this.#kindOf(client, now);
    return this.#open(slot, now).encounter(client, kind, this.#keptBy(slot), now);
  }

  /** Whether a reset is one by itself, and not one of those that came together. */
  #isIncident(slot: number, now: number): boolean {
    const one = this.#upToDate(slot, now);
    if (now - one.lastAt < this.#rules.incidentMs) return false;
    one.lastAt = now;
    return true;
  }

  #kindOf(client: number, now: number): ClientKind {
    return this.#servers.isKnown(client, now) ? "known" : "new";
  }

  /** How many connections a server has been given and has not reset. */
  #keptBy(slot: number): number {
    return this.#servers.given(slot) - this.#servers.reset(slot);
  }

  // ---------------------------------------------------------------- the verdict

  #judge(slot: number, now: number): boolean {
    const one = this.#upToDate(slot, now);
    if (one.run.size === 0) return false;
    const { silenceMs, spreadMs } = this.#rules;
    const isLong = one.isConvicted ||
      (now - one.runSince >= silenceMs && one.lastAt - one.runSince >= spreadMs);
    if (!isLong || !this.#isUnlikely(slot, one) || this.#isOneAgainstOthers(slot, one, now)) {
      return false;
    }
    one.convict(now);
    return true;
  }

  /**
   * Whether a server that is well would hardly ever meet so many resets among so many connections: the
   * chance of each reset where resets are as frequent as elsewhere, times the ways in which they can be
   * spread, which is at most what entropy says (Cover and Thomas, "Elements of Information Theory",
   * 11.1).
   */
  #isUnlikely(slot: number, one: ResetCase): boolean {
    const { chanceOfError, chanceOfAnswer } = this.#rules;
    const usual = {
      known: this.#usualPart(slot, one, "known"),
      new: this.#usualPart(slot, one, "new"),
    };
    let resets = 0;
    let log = 0;
    for (const { kind, plain, witnessed } of one.run.values()) {
      resets += plain + witnessed;
      log += plain * Math.log(usual[kind]);
      log += witnessed * Math.log(Math.min(usual[kind], chanceOfAnswer));
    }
    // Connections begun since have had no answer yet, but may well get one.
    const open = Math.max(0, this.#keptBy(slot) - one.keptBefore);
    const part = resets / (resets + open);
    log -= resets * Math.log(part) + (open > 0 ? open * Math.log(1 - part) : 0);
    return log <= Math.log(chanceOfError);
  }

  /** Which part of a kind's connections meets a reset, at the other servers or here before this run. */
  #usualPart(slot: number, own: ResetCase, kind: ClientKind): number {
    const elsewhere = { answered: 0, reset: 0 };
    for (const peer of this.#servers.peersOf(slot)) {
      const other = this.#cases.get(peer)?.case;
      if (other === undefined) continue;
      elsewhere.answered += other.tallies[kind].answered;
      elsewhere.reset += other.tallies[kind].reset;
      for (const encounter of other.run.values()) {
        if (encounter.kind === kind) elsewhere.reset += encounter.plain;
      }
    }
    const usual = partOf(elsewhere, 0.5);
    return Math.max(usual, partOf(own.tallies[kind], usual));
  }

  /** Whether one client alone speaks against a server that others use, who are still there. */
  #isOneAgainstOthers(slot: number, { run }: ResetCase, now: number): boolean {
    const accusers = [...run].filter(([, { plain, witnessed }]) => plain + witnessed > 0);
    const [client, another] = accusers.map(([client]) => client);
    if (client === undefined || another !== undefined) return false;
    const { inUseMs, presentMs } = this.#rules;
    const othersAt = (slot: number) => this.#servers.lastAnsweredOther(slot, client);
    if (othersAt(slot) < now - inUseMs) return false;
    return [slot, ...this.#servers.peersOf(slot)].some((one) => othersAt(one) >= now - presentMs);
  }
}

/** The part of connections that met a reset; what is assumed counts as one connection. */
function partOf({ answered, reset }: Tally, assumed: number): number {
  return (reset + assumed) / (reset + answered + 1);
}
