/** What a dial is for: where its servers come from, and who takes the one that is connected. */
export interface DialHost<Server> {
  /** The next slot that may be tried, the best first; null where there is none left. */
  nextSlot(): number | null;
  /**
   * Begins to connect to a slot. Whatever becomes of it is told the dial, with the attempt's number,
   * perhaps before this returns.
   */
  attempt(slot: number, dial: Dial<Server>, number: number): void;
  /** What the first successful attempt gave; null where none succeeded. Told once. */
  dialled(server: Server | null): void;
}

/**
 * Tries servers until one is connected: the next as soon as one fails, and also, beside it, when one is
 * slow ("Happy Eyeballs", RFC 8305). A server that lets packets vanish then costs a client a few round
 * trips and not the kernel's second until the next SYN.
 *
 * Slots are asked for one at a time, so that each choice sees the outcome of the last attempt. Attempts
 * that are overtaken go on to their own end: only so it is known what became of the server.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dial } from "./dial.ts";
 *
 * const slots = [3, 7, 9];
 * let server: string | null = null;
 * new Dial<string>({
 *   nextSlot: () => slots.shift() ?? null,
 *   attempt: (slot, dial, number) => slot === 7 ? dial.won("seven") : dial.failed(number),
 *   dialled: (connected) => server = connected,
 * }).start();
 * assertEquals(server, "seven");
 * assertEquals(slots, [9]);
 * ```
 */
export class Dial<Server> {
  readonly #host: DialHost<Server>;
  /** How many attempts were begun: the number of the newest. The others have been followed. */
  #begun = 0;
  #running = 0;
  #isOver = false;

  /** Nothing happens before {@linkcode Dial.start}. */
  constructor(host: DialHost<Server>) {
    this.#host = host;
  }

  /** Whether the client has a server, or cannot get any: one that is connected now is too late. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Begins the first attempt. */
  start(): void {
    this.#tryNext();
  }

  /** An attempt takes longer than it should. */
  slow(number: number): void {
    if (number === this.#begun) this.#tryNext();
  }

  /** An attempt has come to nothing, or was too late. */
  failed(number: number): void {
    this.#running--;
    if (number === this.#begun || this.#running === 0) this.#tryNext();
  }

  /** An attempt is connected while the dial is not over: the client is given its server. */
  won(server: Server): void {
    this.#running--;
    this.#isOver = true;
    this.#host.dialled(server);
  }

  #tryNext(): void {
    if (this.#isOver) return;
    const slot = this.#host.nextSlot();
    if (slot !== null) {
      this.#running++;
      this.#host.attempt(slot, this, ++this.#begun);
    } else if (this.#running === 0) {
      this.#isOver = true;
      this.#host.dialled(null);
    }
  }
}
