/**
 * Raw TCP on loopback, for tests: no protocol is spoken, bytes are all there is.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { concernsOneClient } from "../../lib/net/accept_failure.ts";
import { createAbort } from "./abort_connection.ts";
import { linux, loadLibc } from "./libc.ts";
import { encodeSocketAddress } from "../../lib/net/socket_address.ts";

/** The two ends of one connection. */
export interface Pair {
  readonly near: Deno.TcpConn;
  readonly far: Deno.TcpConn;
}

/** A listener on a port of the system's choice. */
export function listenAnywhere(): Deno.TcpListener & { readonly port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return Object.assign(listener, { port: listener.addr.port });
}

/** A port of loopback that nothing listens on. */
export function freePort(): number {
  using listener = listenAnywhere();
  return listener.port;
}

/** Connects to a port of loopback. */
export function connectTo(port: number): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: "127.0.0.1", port });
}

/** A connection with both its ends. */
export async function connectedPair(): Promise<Pair> {
  using listener = listenAnywhere();
  const [near, far] = await Promise.all([connectTo(listener.port), listener.accept()]);
  return { near, far };
}

/** Bytes that differ from place to place, so that lost, doubled and swapped ones show. */
export function pattern(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let at = 0; at < length; at++) {
    state = Math.imul(state, 1664525) + 1013904223;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

/** Writes all bytes. */
export async function send(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
}

/** Reads until the peer has finished. */
export async function receiveAll(conn: Deno.TcpConn): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const buffer = new Uint8Array(65_536);
    const read = await conn.read(buffer);
    if (read === null) break;
    parts.push(buffer.subarray(0, read));
  }
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}

/** Reads exactly so many bytes. */
export async function receive(conn: Deno.TcpConn, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let got = 0; got < length;) {
    const read = await conn.read(bytes.subarray(got));
    assert(read !== null, `Expected ${length} bytes, received ${got} and the end`);
    got += read;
  }
  return bytes;
}

/** A digest to compare what is too long to be shown. */
export async function digest(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return `${bytes.length}:${new Uint8Array(hash).toHex()}`;
}

/** Resolves to whether the peer ended the connection, by FIN or by RST, with nothing more to read. */
export async function isEnded(conn: Deno.TcpConn): Promise<boolean> {
  try {
    return await conn.read(new Uint8Array(1)) === null;
  } catch (error) {
    return error instanceof Deno.errors.ConnectionReset;
  }
}

/** Waits until something is so; fails after five seconds. */
export async function eventually(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!isSo()) {
    assert(performance.now() < deadline, `Expected within five seconds: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A raw server that answers every connection in the same way, until disposed. */
export function serveRaw(
  answer: (conn: Deno.TcpConn) => Promise<void>,
): { readonly port: number } & AsyncDisposable {
  const listener = listenAnywhere();
  const answers = new Set<Promise<void>>();
  const serve = (conn: Deno.TcpConn) => {
    const done = answer(conn).catch(() => {}).finally(() => {
      answers.delete(done);
      try {
        conn.close();
      } catch {
        // The answer closed it.
      }
    });
    answers.add(done);
  };
  const stop = new AbortController();
  const loop = (async () => {
    while (!stop.signal.aborted) {
      try {
        serve(await listener.accept());
      } catch (error) {
        if (!stop.signal.aborted && !concernsOneClient(error)) throw error;
      }
    }
  })();
  return {
    port: listener.port,
    async [Symbol.asyncDispose]() {
      stop.abort();
      listener.close();
      await loop;
      await Promise.all(answers);
    },
  };
}

/** Sends everything back, and ends when the peer has. */
export async function echo(conn: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  for (;;) {
    const read = await conn.read(buffer);
    if (read === null) return await conn.closeWrite();
    await send(conn, buffer.subarray(0, read));
  }
}

/** A client that was served: a byte of it went to a server that sends everything back, and came. */
export async function servedClient(port: number): Promise<Deno.TcpConn> {
  const client = await connectTo(port);
  await send(client, pattern(1));
  await receive(client, 1);
  return client;
}

/** Connects to a listener that never accepts until the kernel's queue is full. */
export async function fillQueue(port: number): Promise<Disposable> {
  const queued: Deno.TcpConn[] = [];
  // Once may be a machine that was busy.
  for (let unanswered = 0; unanswered < 2;) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), 300);
    try {
      queued.push(await Deno.connect({ hostname: "127.0.0.1", port, signal: abort.signal }));
      unanswered = 0;
    } catch {
      unanswered++;
    } finally {
      clearTimeout(timer);
    }
  }
  return {
    [Symbol.dispose]() {
      for (const conn of queued) conn.close();
    },
  };
}

const abort = createAbort({
  clock: () => performance.now(),
  warn: (message) => {
    throw new Error(message);
  },
});
// Loaded before the tests begin, so that none of them is taken to leak it.
loadLibc();

/**
 * Connects without letting anything else of this thread have a turn.
 *
 * @returns the descriptor, which is the caller's to close.
 */
export function connectNow(port: number): number {
  const libc = loadLibc();
  const address = encodeSocketAddress({ hostname: "127.0.0.1", port });
  const fd = libc.socket(address[0] ?? 0, linux.SOCK_STREAM | linux.SOCK_CLOEXEC, 0);
  assertEquals(libc.connect(fd, address, address.length), 0);
  return fd;
}

/** Ends a connection with a reset (RST). */
export function reset(conn: Deno.TcpConn): void {
  abort(conn);
}

/** How many descriptors this process has open. */
export function openFiles(): number {
  return [...Deno.readDirSync("/proc/self/fd")].length;
}

/** How the peer ended a connection: with FIN or with RST; the bytes before it are passed over. */
export async function ending(conn: Deno.TcpConn): Promise<"end" | "reset"> {
  const buffer = new Uint8Array(65_536);
  try {
    while (await conn.read(buffer) !== null);
    return "end";
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionReset) return "reset";
    throw error;
  }
}

/**
 * How a connection ends that is made only to see that; a reset can come before the side that connects
 * has noticed that it was connected.
 */
export async function endingOfVisit(port: number): Promise<"end" | "reset"> {
  try {
    using visit = await connectTo(port);
    return await ending(visit);
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionReset) return "reset";
    throw error;
  }
}
