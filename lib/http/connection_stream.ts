// Not a static import: that of a bundle would be carried out by programs that serve nothing.
const { Duplex } = await import("node:stream");

/** Bytes that are read at once: a request is seldom longer. */
const readBytes = 4_096;

/**
 * A connection as Node's HTTP parser takes it.
 *
 * Clients are accepted by Deno: Node's own server never accepts again in this version of Deno once
 * the process was out of descriptors, without a word.
 */
export class ConnectionStream extends Duplex {
  readonly #connection: Deno.Conn;
  readonly #buffer = new Uint8Array(readBytes);
  #writingSince: number | null = null;

  /** Takes a connection over, which is closed with the stream. */
  constructor(connection: Deno.Conn) {
    super({ allowHalfOpen: true });
    this.#connection = connection;
  }

  /** Since when the client has taken nothing of what is written, in monotonic ms; null: nothing waits. */
  get writingSince(): number | null {
    return this.#writingSince;
  }

  override _read(): void {
    this.#connection.read(this.#buffer).then((count) => {
      // What is pushed is kept, and the buffer is read into again.
      this.push(count === null ? null : this.#buffer.slice(0, count));
    }, (error) => this.destroy(error));
  }

  override _write(bytes: Uint8Array, _encoding: string, done: (error?: Error) => void): void {
    this.#writeAll(bytes).then(() => done(), done);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      this.#writingSince = performance.now();
      rest = rest.subarray(await this.#connection.write(rest));
    }
    this.#writingSince = null;
  }

  override _final(done: () => void): void {
    // It has gone already where this fails.
    this.#connection.closeWrite().then(done, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const close = () => {
      this.#connection.close();
      done(error);
    };
    // Closing beside a pending read might not tell the client (denoland/deno#35292); but shutting down
    // waits for a pending write, which a client that takes nothing holds up for ever.
    if (this.#writingSince !== null) return close();
    this.#connection.closeWrite().then(close, close);
  }
}
