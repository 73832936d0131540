import type { BufferPool } from "../buffer_pool.ts";
import type { RelayHost } from "../engine.ts";
import type { BulkBudget } from "../engine/bulk_budget.ts";
import { KeptBytes, replayBytes } from "../engine/kept_bytes.ts";
import { linux } from "../libc.ts";
import { type Direction, type Outcome, RelayEnd } from "../relay_end.ts";
import type { Unfinished } from "./event_loop.ts";
import { isBulk } from "./is_bulk.ts";
import type { Pipe, PipePool } from "./pipe_pool.ts";
import type { EpollSocket, SocketContext, SocketOwner } from "./socket.ts";

/** Reads in one direction before other connections have their turn. */
const readsAtOnce = 8;

/**
 * One direction of a relay: what was read from its source and not yet written to its sink, which is
 * in a buffer or in a pipe.
 */
interface Way {
  readonly direction: Direction;
  source: EpollSocket;
  sink: EpollSocket;
  bytes: Uint8Array<ArrayBuffer> | null;
  pipe: Pipe | null;
  /** Whether the next bytes are better moved through a pipe. */
  isBulk: boolean;
  /** Which of the bytes are still to be written. */
  from: number;
  to: number;
  /** How many bytes of the budget it has, while its sink has no room. */
  held: number;
  sourceFinished: boolean;
  hasEnded: boolean;
}

function way(direction: Direction, source: EpollSocket, sink: EpollSocket): Way {
  return {
    direction,
    source,
    sink,
    bytes: null,
    pipe: null,
    isBulk: false,
    from: 0,
    to: 0,
    held: 0,
    sourceFinished: false,
    hasEnded: false,
  };
}

/** Whether a system does not allow bytes to be moved through pipes, or not between these two. */
function isRefused(result: number): boolean {
  return result === -linux.EPERM || result === -linux.ENOSYS || result === -linux.EINVAL;
}

/** What the relays of a thread share. */
export interface EpollRelayParts {
  readonly context: SocketContext;
  /** Buffers to read into; one is held only until its bytes are written or moved elsewhere. */
  readonly buffers: BufferPool;
  /** For what waits to be written. */
  readonly budget: BulkBudget;
  /** Pipes to move bulk data through. */
  readonly pipes: PipePool;
  /** Buffers for what a client says first. */
  readonly openings: BufferPool;
}

/**
 * Moves bytes both ways between a client and a server until both directions have ended, as events
 * tell that there is something to move; no buffer and no pipe is held while there is none.
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
      if (way.from < way.to) {
        if (!way.sink.mayWrite) return this.#hold(way);
        this.#write(way);
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
    const result = this.#take(way);
    if (result > 0) {
      way.from = 0;
      way.to = result;
      if (this.#isOpening) this.#witness(way);
      // What a pipe has taken cannot be sent again.
      way.isBulk = isBulk(result, way.pipe !== null) && !this.#kept.isWhole;
      return;
    }
    this.#release(way);
    if (result === 0) {
      way.sourceFinished = true;
      if (way === this.#down) this.#settle();
    } else if (result !== -linux.EAGAIN && result !== -linux.EINTR) {
      this.#failed(way, result, "source failed");
    }
  }

  /** Takes bytes from the source, into a pipe where that is worth it and there is one. */
  #take(way: Way): number {
    if (way.isBulk) {
      const { pipes } = this.#parts;
      way.pipe = pipes.take();
      if (way.pipe !== null) {
        const result = way.source.fill(way.pipe, pipes.bytes);
        if (!isRefused(result)) return result;
        pipes.refuse(way.pipe);
        way.pipe = null;
      }
    }
    way.bytes = this.#parts.buffers.take();
    return way.source.receive(way.bytes, this.#parts.budget.size);
  }

  /** Writes what was read, or as much of it as there is room for. */
  #write(way: Way): void {
    const result = this.#give(way);
    if (result < 0) {
      if (result === -linux.EINTR || result === -linux.EAGAIN) return;
      const outcome = result === -linux.ECONNRESET ? "sink reset" : "sink failed";
      return this.#failed(way, result, outcome);
    }
    const { meter } = this.#host;
    if (way === this.#up) meter.toServer(result);
    else meter.fromServer(result);
    way.from += result;
    if (way.from === way.to) this.#release(way);
  }

  #give({ bytes, pipe, from, to, sink }: Way): number {
    if (pipe !== null) return sink.drain(pipe, to - from);
    const all = bytes ?? new Uint8Array();
    return sink.send(from === 0 ? all : all.subarray(from), to - from);
  }

  /** Keeps what its sink has no room for in no more memory than it takes: that may be for long. */
  #hold(way: Way): void {
    const { buffers, budget } = this.#parts;
    if (way.bytes?.length !== buffers.bytes || way.held > 0) return;
    const rest = way.bytes.slice(way.from, way.to);
    buffers.give(way.bytes);
    way.bytes = rest;
    way.from = 0;
    way.to = way.held = rest.length;
    budget.take(way.held);
  }

  #release(way: Way): void {
    const { buffers, budget, pipes } = this.#parts;
    budget.give(way.held);
    way.held = 0;
    // What was kept to be sent again is no buffer of the pool.
    if (way.bytes?.length === buffers.bytes) buffers.give(way.bytes);
    way.bytes = null;
    if (way.pipe !== null) {
      if (way.from === way.to) pipes.give(way.pipe);
      else pipes.discard(way.pipe);
      way.pipe = null;
    }
    way.from = way.to = 0;
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
    void this.#host.lost(this.#kept.length).then((next) => this.#goOnWith(next));
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
