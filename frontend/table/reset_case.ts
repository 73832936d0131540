/**
 * Clients that somebody answered of late, and all others. Of those that send nonsense few are ever
 * answered: what the two kinds meet is compared each by itself.
 */
export type ClientKind = "known" | "new";
/** How many connections of clients of each kind. */
export type ByKind = Readonly<Record<ClientKind, number>>;

/** The resets that one client met at a server since the server's last answer. */
export interface Encounter {
  kind: ClientKind;
  /** Resets of which it is not known what another server makes of the same bytes. */
  plain: number;
  /** Resets of bytes that another server answered. */
  witnessed: number;
}

/** How many connections were answered, and how many were reset. */
export interface Tally {
  answered: number;
  reset: number;
}

const kinds = ["known", "new"] as const;
/** Answers from before the first reset that are taken for recent ones, at most. */
const answersBefore = 30;
/** Clients that are told apart: more of them say nothing more. */
const mostClients = 64;

/** What there is for and against one server that resets connections; times are in milliseconds. */
export class ResetCase {
  /** What was seen of each kind of client beside the run; it fades. */
  readonly tallies: Readonly<Record<ClientKind, Tally>>;
  /** The resets since the server last answered a connection, by client. */
  readonly run = new Map<number, Encounter>();
  /** When the first of them came, or the last verdict where there are none. */
  runSince: number;
  /** When the last reset was counted. */
  lastAt = -Infinity;
  /** How many connections the server had been given, and had not reset, when the run began. */
  keptBefore = 0;
  /** It has been blamed and has answered nobody since. */
  isConvicted = false;
  readonly #memoryMs: number;
  /** When a reset of a new client was last counted. */
  readonly #counted = new Map<number, number>();
  #asOf: number;
  #answersSeen: ByKind;

  /**
   * Begins with the first reset.
   *
   * @param answers How many connections the server has answered in all.
   * @param memoryMs In which time what was seen counts for 1/e.
   */
  constructor(answers: ByKind, now: number, memoryMs: number) {
    const tally = (kind: ClientKind) => ({
      answered: Math.min(answersBefore, answers[kind]),
      reset: 0,
    });
    this.tallies = { known: tally("known"), new: tally("new") };
    this.runSince = this.#asOf = now;
    this.#answersSeen = answers;
    this.#memoryMs = memoryMs;
  }

  /** Lets time pass, in which the server has come to so many answers in all. */
  fade(answers: ByKind, now: number): void {
    const elapsed = now - this.#asOf;
    if (elapsed <= 0) return;
    const left = Math.exp(-elapsed / this.#memoryMs);
    // New answers came at some time or other since: as many have faded as of a steady stream.
    const ofNew = this.#memoryMs / elapsed * (1 - left);
    for (const kind of kinds) {
      const tally = this.tallies[kind];
      tally.answered = left * tally.answered + ofNew * (answers[kind] - this.#answersSeen[kind]);
      tally.reset *= left;
    }
    this.#asOf = now;
    this.#answersSeen = answers;
  }

  /**
   * What a client met in this run; a run begins where there is none.
   *
   * @param kept How many connections the server has been given and has not reset.
   */
  encounter(client: number, kind: ClientKind, kept: number, now: number): Encounter {
    if (this.run.size === 0) {
      this.keptBefore = kept;
      this.lastAt = -Infinity;
      if (!this.isConvicted) this.runSince = now;
    }
    const known = this.run.get(client);
    if (known !== undefined) {
      // It may be known by now that it is answered elsewhere.
      if (kind === "known") known.kind = kind;
      return known;
    }
    const encounter = { kind, plain: 0, witnessed: 0 };
    if (this.run.size < mostClients) this.run.set(client, encounter);
    return encounter;
  }

  /** A reset is the client's own fault: it counts as a usual one. */
  excuse(client: number, kind: ClientKind, now: number): void {
    const encounter = this.run.get(client);
    this.#count(client, encounter?.kind ?? kind, 1, now);
    if (encounter === undefined) return;
    if (encounter.plain > 0) encounter.plain--;
    if (encounter.plain + encounter.witnessed === 0) this.run.delete(client);
  }

  /** The server has answered a connection that was begun after these resets: it is well. */
  acquit(now: number): void {
    for (const [client, { kind, plain, witnessed }] of this.run) {
      this.#count(client, kind, plain + witnessed, now);
    }
    this.run.clear();
    this.isConvicted = false;
  }

  /** The server is to blame for these resets. */
  convict(now: number): void {
    this.run.clear();
    this.runSince = now;
    this.isConvicted = true;
  }

  /** One that nobody answers may send nonsense all the time: it counts once in a while. */
  #count(client: number, kind: ClientKind, resets: number, now: number): void {
    if (kind === "new") {
      const before = this.#counted.get(client);
      if (before !== undefined && now - before < this.#memoryMs) return;
      if (this.#counted.size >= mostClients) this.#counted.clear();
      this.#counted.set(client, now);
    }
    this.tallies[kind].reset += resets;
  }
}
