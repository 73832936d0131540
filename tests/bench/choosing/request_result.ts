/** What became of one request. */
export interface RequestResult {
  /** When it was meant to begin, in milliseconds after the beginning of the load. */
  readonly atMs: number;
  /** How much later it did begin: the client's own fault. */
  readonly lateMs: number;
  /** From when it was meant to begin to the end of its answer, or to its failure. */
  readonly ms: number;
  /** The server that answered; null after a failure. */
  readonly server: string | null;
  /** What went wrong; null after a whole and right answer. */
  readonly failure: string | null;
}
