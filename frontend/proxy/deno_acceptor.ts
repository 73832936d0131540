import type { DenoTurn } from "./deno_turn.ts";
import type { Acceptor } from "./engine.ts";

/**
 * Clients that are accepted before those who were before them have had a turn: else all who come at
 * once would be accepted first, connected then, and the last answer would be read long after it came.
 */
const mostAtOnce = 64;

/** Where clients of the Deno engine arrive. */
export class DenoAcceptor implements Acceptor<Deno.TcpConn> {
  readonly #listener: Deno.TcpListener;
  readonly #turn: Pick<DenoTurn, "over">;
  #taken = 0;
  #isHeldBack = false;

  /** Takes charge of a listener. */
  constructor(listener: Deno.TcpListener, turn: Pick<DenoTurn, "over">) {
    this.#listener = listener;
    this.#turn = turn;
  }

  /** Whether the next client waits for those before it to have their turn. */
  get isHeldBack(): boolean {
    return this.#isHeldBack;
  }

  /** The next client's connection; rejects once the acceptor is closed. */
  accept(): Promise<Deno.TcpConn> {
    return ++this.#taken % mostAtOnce === 0 ? this.#acceptAfterTurn() : this.#listener.accept();
  }

  async #acceptAfterTurn(): Promise<Deno.TcpConn> {
    this.#isHeldBack = true;
    await this.#turn.over();
    this.#isHeldBack = false;
    return await this.#listener.accept();
  }

  /** Stops listening; a pending accept rejects. */
  close(): void {
    this.#listener.close();
  }
}
