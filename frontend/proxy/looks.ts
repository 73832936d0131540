import { afterTurn } from "./after_turn.ts";

/** How often to look, and at what. */
export interface LooksOptions {
  /** Milliseconds from one look to the next. */
  readonly intervalMs: number;
  /** Resolves when the thread has dealt with all that is ready now; an engine's `turn`. */
  readonly turn: () => Promise<void>;
  /** Looks once; says whether there is anything left to look at. */
  readonly look: () => boolean;
}

/**
 * Looks again and again, while there is something to look at. Before each look the thread deals with
 * all that is ready: a look never finds late what is only unread, and when the thread is behind its
 * work, there are fewer looks. So time that is counted in looks is time that the others took.
 */
export class Looks implements Disposable {
  readonly #intervalMs: number;
  readonly #look: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Nothing happens before {@linkcode Looks.begin}. */
  constructor({ intervalMs, turn, look }: LooksOptions) {
    this.#intervalMs = intervalMs;
    this.#look = afterTurn(turn, () => {
      if (this.#timer !== undefined && !look()) this[Symbol.dispose]();
    });
  }

  /** Begins, unless it has begun. */
  begin(): void {
    this.#timer ??= setInterval(this.#look, this.#intervalMs);
  }

  /** Ends, until it is begun again. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
