import type { BufferPool } from "./buffer_pool.ts";
import { isReset } from "./connect_failure.ts";
import { KeptBytes, replayBytes } from "./engine/kept_bytes.ts";
import { closeQuietly, type End, writeAll } from "./relay.ts";

/** What becomes of a server that resets the connection before its first byte. */
export interface ReplayOptions {
  /**
   * Is told of the loss, and gives another server.
   *
   * @param keptBytes How many bytes another server would be sent; null where they were too many.
   * @returns the other server, or null where there is none.
   */
  readonly lost: (keptBytes: number | null) => Promise<End | null>;
  /** Is told of bytes that were sent once more, after they had been reported as written. */
  readonly replayed: (bytes: number) => void;
  /** Buffers for what the client sends first. */
  readonly openings: BufferPool;
}

/**
 * A server that another one takes the place of when it resets the connection before its first byte.
 *
 * Such a server took the connection but nobody served it: it is starting, ending or overloaded. What
 * the client has sent so far, up to 64 KiB, is kept and sent to the next server, so that the client
 * notices nothing. From the server's first byte on, nothing is kept and nothing in the way. A clean
 * end (FIN) without a byte is an answer like any other.
 */
export class ReplayableServer implements End {
  #server: End;
  readonly #options: ReplayOptions;
  /** What the client has sent, as long as that can be sent again. */
  readonly #kept: KeptBytes;
  /** Bytes that the writer was told to have been taken. */
  #takenBytes = 0;
  #clientFinished = false;
  #opening = true;
  #ended = false;
  #replacement: Promise<boolean> | null = null;

  /** Begins with the first server. */
  constructor(server: End, options: ReplayOptions) {
    this.#server = server;
    this.#options = options;
    this.#kept = new KeptBytes({ pool: options.openings, limit: replayBytes });
  }

  /** Reads from the server that is there. */
  read(buffer: Uint8Array): Promise<number | null> {
    return this.#opening ? this.#readFirst(buffer) : this.#server.read(buffer);
  }

  /** Writes to the server that is there. */
  write(bytes: Uint8Array): Promise<number> {
    return this.#opening ? this.#writeFirst(bytes) : this.#server.write(bytes);
  }

  /** Tells the server, and any that takes its place, that the client has finished. */
  async closeWrite(): Promise<void> {
    this.#clientFinished = true;
    const server = this.#server;
    // Whoever takes its place is told after the bytes that are sent again.
    if (this.#replacement && await this.#isReplacedAlready(server)) return;
    await server.closeWrite();
  }

  /** Closes the server that is there; none takes its place any more. */
  close(): void {
    this.endWith(closeQuietly);
  }

  /** Ends the server that is there in some way; none takes its place any more. */
  endWith(how: (server: End) => void): void {
    this.#settle();
    this.#ended = true;
    how(this.#server);
  }

  /** From now on the server is the one. */
  #settle(): void {
    this.#opening = false;
    this.#kept.release();
  }

  async #readFirst(buffer: Uint8Array): Promise<number | null> {
    for (;;) {
      const server = this.#server;
      try {
        const read = await server.read(buffer);
        if (read !== null || !await this.#isReplacedAlready(server)) {
          this.#settle();
          return read;
        }
      } catch (error) {
        if (!await this.#isReplaced(server, error)) throw error;
      }
    }
  }

  async #writeFirst(bytes: Uint8Array): Promise<number> {
    if (this.#replacement) await this.#replacement;
    const server = this.#server;
    this.#kept.add(bytes, bytes.length);
    try {
      if (!this.#kept.isWhole) return await server.write(bytes);
      await writeAll(server, bytes);
    } catch (error) {
      if (!await this.#isReplaced(server, error)) throw error;
    }
    this.#takenBytes += bytes.length;
    return bytes.length;
  }

  /** Whether another server has taken the place of one that failed, if need be now. */
  async #isReplaced(server: End, error: unknown): Promise<boolean> {
    if (await this.#isReplacedAlready(server)) return true;
    if (!this.#opening || !isReset(error)) return false;
    this.#replacement = this.#replace(server);
    return await this.#replacement;
  }

  async #isReplacedAlready(server: End): Promise<boolean> {
    await this.#replacement;
    return server !== this.#server;
  }

  async #replace(failed: End): Promise<boolean> {
    closeQuietly(failed);
    for (;;) {
      const next = await this.#options.lost(this.#kept.length);
      if (next === null) {
        this.#settle();
        return false;
      }
      if (this.#ended) {
        closeQuietly(next);
        return false;
      }
      this.#server = next;
      if (await this.#replay(next)) return true;
      closeQuietly(next);
    }
  }

  /** Sends all that the client has sent; false where this server is lost as well. */
  async #replay(server: End): Promise<boolean> {
    try {
      await writeAll(server, this.#kept.copy() ?? new Uint8Array());
      this.#options.replayed(this.#takenBytes);
      if (this.#clientFinished) await server.closeWrite();
      return true;
    } catch {
      return this.#ended;
    }
  }
}
