/** How one direction of a relay ended: by its source's last byte, or by the failure of an end. */
export type Outcome =
  | "finished"
  /** The source could not be read any more: it was reset, or worse. */
  | "source failed"
  /** The sink could not be written to any more. */
  | "sink failed"
  /** The same, and the sink said that it was reset. */
  | "sink reset";

/** What is to be done when a direction has ended. */
export type Verdict =
  /** Tell the sink that nothing more will be sent. */
  | "finish sink"
  /** The other direction goes on. */
  | "go on"
  | "close both"
  /** Reset the sink, as what it was sent is not the whole, and close the source. */
  | "abort sink"
  /** Reset the source, and close the sink. */
  | "abort source";

/** The two directions of a relay. */
export type Direction = "toServer" | "toClient";

const opposite = { toServer: "toClient", toClient: "toServer" } as const;

/**
 * What follows when the directions of a relay end.
 *
 * The end of one direction (FIN) is passed on by itself, while the other goes on. When an end fails
 * to be read, by a reset (RST) or otherwise, the other is aborted: what it was sent is not the whole.
 * When an end only fails to be written to, the other direction goes on: a server that turns an upload
 * away has still something to say to the client.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RelayEnd } from "./relay_end.ts";
 *
 * const end = new RelayEnd();
 * assertEquals(end.ended("toServer", "finished"), "finish sink");
 * assertEquals(end.ended("toClient", "finished"), "close both");
 * ```
 */
export class RelayEnd {
  readonly #outcomes: Record<Direction, Outcome | null> = { toServer: null, toClient: null };

  /** Takes note of a direction that has ended, and says what follows. */
  ended(direction: Direction, outcome: Outcome): Verdict {
    this.#outcomes[direction] = outcome;
    const other = this.#outcomes[opposite[direction]];
    if (outcome === "source failed") return "abort sink";
    if (outcome === "sink reset" && other !== null) return "abort source";
    // Linux tells of a reset once: where a write was told of it, the next read sees a clean end.
    if (outcome === "finished" && other === "sink reset") return "abort sink";
    if (other !== null) return "close both";
    return outcome === "finished" ? "finish sink" : "go on";
  }

  /** A direction goes on after all: another server has taken the place of the one that was lost. */
  resumed(direction: Direction): void {
    this.#outcomes[direction] = null;
  }
}
