import type { BufferPool } from "../buffer_pool.ts";
import type { RelayHost } from "../engine.ts";
import { linux } from "../libc.ts";
import { type Direction, type Outcome, RelayEnd } from "../relay_end.ts";
import { replayBytes } from "../replayable_server.ts";
import type { Unfinished } from "./event_loop.ts";
import { KeptBytes } from "./kept_bytes.ts";
import type { EpollSocket, SocketContext, SocketOwner } from "./socket.ts";

/** Reads in one direction before other connections have their turn. */
const readsAtOnce = 8;

/** One direction of a relay: what was read from its source and not yet written to its sink. */
interface Way {
  readonly direction: Direction;
  source: EpollSocket;
  sink: EpollSocket;
  bytes: Uint8Array<ArrayBuffer> | null;
  /** Which of the bytes are still to be written. */
  from: number;
  to: number;
  sourceFinished: boolean;
  hasEnded: boolean;
}

function way(direction: Direction, source: EpollSocket, sink: EpollSocket): Way {
  return {
    direction,
    source,
    sink,
    bytes: null,
    from: 0,
    to: 0,
    sourceFinished: false,
    hasEnded: false,
  };
}

/** What the relays of a thread share. */
export interface EpollRelayParts {
  readonly context: SocketContext;
  /** Buffers to read into. */
  readonly buffers: BufferPool;
  /** Buffers for what a client says first. */
  readonly openings: BufferPool;
}

/**
 * Moves bytes both ways between a client and a server until both directions have ended, as events
 * tell that there is something to move; no buffer is held while there is none.
 *
 * A server that resets the connection before its first byte is replaced, if there is another: what
 * the client has sent until then is kept.
 */
export class EpollRelay implements SocketOwner, Unfinished {
  readonly #parts: EpollRelayParts;
  readonly #host: RelayHost<EpollSocket>;
  readonly #client: EpollSocket;
  readonly #up: Way;
  readonly #down: Way;
  readonly #end = new RelayEnd();
  /** What the client has sent, until the server has said something. */
  readonly #kept: KeptBytes;
  /** The server has not said anything yet. */
  #isOpening = true;
  #isReplacing = false;
  #isPostponed = false;
  #isOver = false;

  /** Takes charge of both ends. */
  constructor(
    client: EpollSocket,
    server: EpollSocket,
    host: RelayHost<EpollSocket>,
    parts: EpollRelayParts,
  ) {
    this.#parts = parts;
    this.#host = host;
    this.#client = client;
    this.#kept = new KeptBytes({ pool: parts.openings, limit: replayBytes });
    this.#up = way("toServer", client, server);
    this.#down = way("toClient", server, client);
    client.owner = server.owner = this;
  }

  get #server(): EpollSocket {
    return this.#up.sink;
  }

  /** Begins. */
  start(): void {
    if (!this.#client.isOpen) return this.closed(this.#client);
    if (!this.#server.isOpen) return this.closed(this.#server);
    // What is there already need not be waited for.
    this.stirred();
    if (this.#isOver) return;
    this.#client.watch();
    if (!this.#isReplacing) this.#server.watch();
  }

  /** Moves what can be moved. */
  stirred(): void {
    this.#pump(this.#up);
    this.#pump(this.#down);
  }

  /** Goes on after others had their turn. */
  resume(): void {
    this.#isPostponed = false;
    this.stirred();
  }

  /** An end was closed from outside, which is no clean end for the other. */
  closed(socket: EpollSocket): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (socket === this.#client) this.#server.abort();
    else this.#client.abort();
    this.#finish();
  }

  #pump(way: Way): void {
    for (let reads = 0; !way.hasEnded && !this.#isReplacing && !this.#isOver;) {
      if (way.bytes !== null) {
        if (!way.sink.mayWrite || !this.#write(way)) return;
      } else if (way.sourceFinished) {
        return this.#ended(way, "finished");
      } else if (!way.source.mayRead) {
        return;
      } else if (reads++ === readsAtOnce) {
        return this.#postpone();
      } else {
        this.#read(way);
      }
    }
  }

  #postpone(): void {
    if (this.#isPostponed) return;
    this.#isPostponed = true;
    this.#parts.context.loop.later(this);
  }

  #read(way: Way): void {
    const { buffers } = this.#parts;
    const buffer = buffers.take();
    const result = way.source.receive(buffer);
    if (result > 0) {
      way.bytes = buffer;
      way.from = 0;
      way.to = result;
      if (this.#isOpening) this.#witness(way);
      return;
    }
    buffers.give(buffer);
    if (result === 0) {
      way.sourceFinished = true;
      if (way === this.#down) this.#settle();
    } else if (result !== -linux.EAGAIN && result !== -linux.EINTR) {
      this.#failed(way, result, "source failed");
    }
  }

  /** Writes what was read; false where not all of it could be. */
  #write(way: Way): boolean {
    const bytes = way.bytes ?? new Uint8Array();
    const rest = way.from === 0 ? bytes : bytes.subarray(way.from);
    const result = way.sink.send(rest, way.to - way.from);
    if (result < 0) {
      if (result === -linux.EINTR) return true;
      if (result !== -linux.EAGAIN) {
        this.#failed(way, result, result === -linux.ECONNRESET ? "sink reset" : "sink failed");
      }
      return false;
    }
    const { meter } = this.#host;
    if (way === this.#up) meter.toServer(result);
    else meter.fromServer(result);
    way.from += result;
    if (way.from < way.to) return false;
    this.#release(way);
    return true;
  }

  #release(way: Way): void {
    const { buffers } = this.#parts;
    // What was kept to be sent again is no buffer of the pool.
    if (way.bytes?.length === buffers.bytes) buffers.give(way.bytes);
    way.bytes = null;
  }

  #failed(way: Way, result: number, outcome: Outcome): void {
    const isServer = (way === this.#up) === (outcome !== "source failed");
    if (isServer && this.#isOpening && result === -linux.ECONNRESET) this.#replaceServer();
    else this.#ended(way, outcome);
  }

  #ended(way: Way, outcome: Outcome): void {
    way.hasEnded = true;
    this.#release(way);
    if (way === this.#up && outcome === "finished") this.#host.meter.clientFinished();
    switch (this.#end.ended(way.direction, outcome)) {
      case "finish sink":
        return way.sink.finish();
      case "go on":
        return;
      case "close both":
        return this.#close();
      case "abort sink":
        return this.#close(way.sink);
      case "abort source":
        return this.#close(way.source);
    }
  }

  /** Closes both ends, one of them with a reset where that is wanted. */
  #close(aborted?: EpollSocket): void {
    this.#isOver = true;
    aborted?.abort();
    this.#client.close();
    this.#server.close();
    this.#finish();
  }

  #finish(): void {
    this.#settle();
    this.#release(this.#up);
    this.#release(this.#down);
    this.#host.ended();
  }

  // ---------------------------------------------------------------- until the server has spoken

  /** From now on the server is the one. */
  #settle(): void {
    this.#isOpening = false;
    this.#kept.release();
  }

  /** Keeps what the client says; with the server's first word there is no more need to. */
  #witness(way: Way): void {
    if (way === this.#down) this.#settle();
    else if (way.bytes !== null) this.#kept.add(way.bytes, way.to);
  }

  /** The server took the connection and reset it: nobody served it. */
  #replaceServer(): void {
    this.#isReplacing = true;
    this.#release(this.#up);
    const lost = this.#server;
    lost.owner = null;
    lost.close();
    void this.#host.lost(this.#kept.isWhole).then((next) => this.#goOnWith(next));
  }

  #goOnWith(next: EpollSocket | null): void {
    this.#isReplacing = false;
    if (this.#isOver) return next?.close();
    if (next === null) return this.#ended(this.#down, "source failed");
    next.owner = this;
    this.#up.sink = this.#down.source = next;
    this.#sendAgain();
    this.stirred();
    if (!this.#isOver && !this.#isReplacing) next.watch();
  }

  /** Makes all that the client has sent what is to be written next. */
  #sendAgain(): void {
    const up = this.#up;
    up.hasEnded = false;
    this.#end.resumed(up.direction);
    const bytes = this.#kept.copy();
    if (bytes === null || bytes.length === 0) return;
    up.bytes = bytes;
    up.from = 0;
    up.to = bytes.length;
  }
}
