/** Several attempts for one client, of which the first to succeed is taken. */
export interface Race {
  /** Whether the client needs no server any more. */
  isOver(): boolean;
  /** Takes the client for a server that is connected; false where another was faster. */
  win(): boolean;
}

/** How servers are tried. */
export interface DialOptions<Server> {
  /** Connects to a slot; null where that failed, and where the race could not be won any more. */
  readonly attempt: (slot: number, race: Race) => Promise<Server | null>;
  /**
   * Calls back when an attempt at a slot takes longer than it should.
   *
   * @returns what calls that off.
   */
  readonly whenSlow: (slot: number, slow: () => void) => () => void;
}

/**
 * Tries candidates until one is connected: the next as soon as one fails, and also, beside it, when
 * one is slow ("Happy Eyeballs", RFC 8305). A server that lets packets vanish then costs a client a
 * few round trips and not the kernel's second until the next SYN.
 *
 * Candidates are asked for one at a time, so that each choice sees the outcome of the last attempt.
 * Attempts that are overtaken go on to their own end: only so it is known what became of the server.
 *
 * @param candidates The slots in order of preference, as many as may be tried; those that are left
 * over can be tried later.
 * @returns What the first successful attempt gave; null where none succeeded.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dial } from "./dial.ts";
 *
 * const server = await dial([3, 7, 9].values(), {
 *   attempt: (slot, race) => Promise.resolve(slot === 7 && race.win() ? "connected" : null),
 *   whenSlow: () => () => {},
 * });
 * assertEquals(server, "connected");
 * ```
 */
export function dial<Server>(
  candidates: Iterator<number>,
  { attempt, whenSlow }: DialOptions<Server>,
): Promise<Server | null> {
  const { promise, resolve, reject } = Promise.withResolvers<Server | null>();
  let running = 0;
  let isOver = false;
  const race: Race = {
    isOver: () => isOver,
    win: () => !isOver && (isOver = true),
  };

  const tryNext = () => {
    if (isOver) return;
    const { value: slot, done } = candidates.next();
    if (done) {
      if (running === 0) resolve(null);
      return;
    }
    running++;
    let isFollowed = false;
    const follow = () => {
      if (isFollowed) return;
      isFollowed = true;
      tryNext();
    };
    const callOff = whenSlow(slot, follow);
    attempt(slot, race).then((server) => {
      callOff();
      running--;
      if (server !== null) resolve(server);
      else if (isFollowed && running === 0 && !isOver) tryNext();
      else follow();
    }, reject);
  };
  tryNext();
  return promise;
}
