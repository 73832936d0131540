/** What probing came to since the program began. */
export interface ProbingCounts {
  /** Rounds that were begun. */
  rounds: number;
  /** Rounds that were held up on this machine, so that silence was not held against servers. */
  heldUp: number;
  /** Rounds in which our sockets overflowed, so that silence was seldom held against servers. */
  lossy: number;
  /** Datagrams that left this machine, and those that it could not send. */
  probesSent: number;
  probesFailed: number;
  /** Genuine reports: answers, announcements, and announcements that had come before. */
  answers: number;
  announcements: number;
  repeats: number;
  /** Reports from another address of a machine than the one that speaks for it, without a key. */
  aside: number;
  /** Rounds that a machine left unanswered, for all machines together. */
  missed: number;
  /** Datagrams that the kernel threw away at our sockets. */
  lostDatagrams: number;
}

/** Nothing has happened yet. */
export function noProbing(): ProbingCounts {
  return {
    rounds: 0,
    heldUp: 0,
    lossy: 0,
    probesSent: 0,
    probesFailed: 0,
    answers: 0,
    announcements: 0,
    repeats: 0,
    aside: 0,
    missed: 0,
    lostDatagrams: 0,
  };
}
