/** What became of one connection of a client. */
export interface ConnectionResult {
  /** When it was begun, in milliseconds since 1970. */
  readonly at: number;
  /** How long it took, in milliseconds. */
  readonly ms: number;
  /** The server that answered; null after a failure. */
  readonly server: string | null;
  /** What went wrong; null after a whole and right answer. */
  readonly failure: string | null;
}
