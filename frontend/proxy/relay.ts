import { BufferPool } from "./buffer_pool.ts";
import { isReset } from "./connect_failure.ts";
import { BulkBudget } from "./engine/bulk_budget.ts";
import { BulkBuffers } from "./engine/bulk_buffers.ts";
import { type Outcome, RelayEnd, type Verdict } from "./relay_end.ts";

/** One end of a relay: what is needed of a `Deno.TcpConn`. */
export interface End {
  /** Reads at least one byte, or null at the end of what the peer sends. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes and says how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Tells the peer that nothing more will be sent (FIN). */
  closeWrite(): Promise<void>;
  /** Ends both directions; operations under way reject. */
  close(): void;
}

/** Is told of the bytes that have passed, as they pass. */
export interface Meter {
  /** So many more bytes were handed to the server. */
  toServer(bytes: number): void;
  /** The client has sent its last byte. */
  clientFinished(): void;
  /** So many more bytes from the server were handed to the client. */
  fromServer(bytes: number): void;
}

/** The buffers that relays share. */
export interface RelayBuffers {
  /** For connections that are idle or exchange short messages. */
  readonly small: BufferPool;
  /** For connections that move much at the moment. */
  readonly bulk: BulkBuffers;
}

/** Ends a connection with a reset (RST) where that can be done, and closes it. */
export type AbortEnd = (end: End) => void;

/**
 * Makes the buffers for the relays of one thread.
 *
 * 1 KiB keeps an idle connection cheap; at most 4 MiB of these are kept while unused.
 *
 * @param bulkBytes How much memory connections that move much may have, more or less.
 */
export function createRelayBuffers(bulkBytes: number): RelayBuffers {
  return {
    small: new BufferPool({ bytes: 1024, keep: 4096 }),
    bulk: new BulkBuffers(new BulkBudget(bulkBytes)),
  };
}

/** Writes all bytes, telling `passed` of every part that was taken. */
export async function writeAll(
  sink: Pick<End, "write">,
  bytes: Uint8Array,
  passed?: (bytes: number) => void,
): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const count = await sink.write(written === 0 ? bytes : bytes.subarray(written));
    written += count;
    passed?.(count);
  }
}

/**
 * Where the buffer for the next read comes from: one for bulk as soon as a buffer was filled, a small
 * one as soon as one was not, so that no large buffer waits under a read that may stay pending for long.
 */
function poolAfter(read: number, buffer: Uint8Array, { small, bulk }: RelayBuffers) {
  return read === buffer.length ? bulk : small;
}

/** Moves bytes one way until the source ends or an end fails. */
async function pump(
  source: End,
  sink: End,
  buffers: RelayBuffers,
  passed: (bytes: number) => void,
): Promise<Outcome> {
  let pool: BufferPool | BulkBuffers = buffers.small;
  let buffer = pool.take();
  let failing: Outcome = "source failed";
  try {
    for (;;) {
      failing = "source failed";
      const read = await source.read(buffer);
      if (read === null) return "finished";
      failing = "sink failed";
      const bytes = read === buffer.length ? buffer : buffer.subarray(0, read);
      // All of it is taken at once, as a rule: then nothing else has to be waited for.
      const written = await sink.write(bytes);
      passed(written);
      if (written < read) await writeAll(sink, bytes.subarray(written), passed);
      const next = poolAfter(read, buffer, buffers);
      if (pool === buffers.small && next === pool) continue;
      // For more bulk data, too: another size may be the right one by now.
      pool.give(buffer);
      pool = next;
      buffer = pool.take();
    }
  } catch (error) {
    return failing === "sink failed" && isReset(error) ? "sink reset" : failing;
  } finally {
    // Only now: the operation that used the buffer has settled.
    pool.give(buffer);
  }
}

/** Closes an end that may be closed already. */
export function closeQuietly(end: { close(): void }): void {
  try {
    end.close();
  } catch {
    // Closed before, by the other direction or from outside.
  }
}

/**
 * Moves bytes both ways between a client and a server until both directions have ended, and closes
 * both ends; `relay_end.ts` says what the end of a direction means for the other.
 *
 * Closing an end from outside ends the relay. Never rejects.
 */
export async function relay(
  client: End,
  server: End,
  { buffers, meter, abort = closeQuietly }: {
    readonly buffers: RelayBuffers;
    readonly meter: Meter;
    readonly abort?: AbortEnd;
  },
): Promise<void> {
  const relayEnd = new RelayEnd();
  let closed = false;
  const close = (end: End, how: AbortEnd, other: End) => {
    if (closed) return;
    closed = true;
    how(end);
    closeQuietly(other);
  };
  const follow = async (verdict: Verdict, source: End, sink: End) => {
    if (verdict === "close both") close(sink, closeQuietly, source);
    if (verdict === "abort sink") close(sink, abort, source);
    if (verdict === "abort source") close(source, abort, sink);
    if (verdict === "finish sink") await sink.closeWrite().catch(() => {/* The sink is gone. */});
  };
  const toServer = async () => {
    const outcome = await pump(client, server, buffers, (bytes) => meter.toServer(bytes));
    if (outcome === "finished") meter.clientFinished();
    await follow(relayEnd.ended("toServer", outcome), client, server);
  };
  const toClient = async () => {
    const outcome = await pump(server, client, buffers, (bytes) => meter.fromServer(bytes));
    await follow(relayEnd.ended("toClient", outcome), server, client);
  };
  await Promise.all([toServer(), toClient()]);
}
