import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { errorMessage } from "../error_message.ts";
import type { Logger } from "../systemd/logger.ts";
import { ConnectionStream } from "./connection_stream.ts";
import { asRequest, hasBody, send } from "./exchange.ts";
import { Places } from "./places.ts";
import type { RefusedReason } from "./refused_reason.ts";
import { protect, text } from "./responses.ts";

// Not a static import: that of a bundle would be carried out by programs that serve nothing.
const { createServer } = await import("node:http");

/**
 * What a client may take, so that one that is slow, or means ill, cannot hold descriptors that others
 * need.
 */
export const usualLimits = {
  /** The most connections: for any request, and beyond them for the essential one alone. */
  places: { ordinary: 64, reserved: 16 },
  /** For a request's head, in bytes. */
  maxHeaderSize: 16_384,
  /** For a connection without a whole request, in milliseconds. */
  idleMs: 5_000,
  /** For a client that takes nothing of its answer, in milliseconds. */
  stalledMs: 10_000,
  /** Requests on one connection that wait for the answers to those before. */
  pipelined: 16,
  /** For answers that are on their way when the server is shut down, in milliseconds. */
  lastWordsMs: 500,
  /** How often clients are looked at, in milliseconds. */
  sweepMs: 1_000,
};

/** Answers a request. */
export type Answer = (request: Request) => Promise<Response>;

/** How clients are served. */
export interface ClientsOptions {
  /** The path that is answered also where all ordinary places are taken. */
  readonly essential: string;
  readonly logger: Logger;
  /** Told of each client that is cut off or turned away. */
  readonly onCut: (reason: RefusedReason) => void;
}

/** The requests of one connection, answered one after the other. */
interface Conversation {
  readonly answer: Answer;
  unanswered: number;
  last: Promise<void>;
}

/** The clients of an HTTP server: their connections, places and requests. */
export class Clients {
  readonly #options: ClientsOptions;
  readonly #parser: Server;
  readonly #limits: typeof usualLimits;
  readonly #places: Places<ConnectionStream>;
  readonly #conversations = new Map<ConnectionStream, Conversation>();
  #sweep: ReturnType<typeof setInterval> | undefined;

  /** Serves nobody yet. */
  constructor(options: ClientsOptions, limits = usualLimits) {
    this.#options = options;
    this.#limits = limits;
    this.#places = new Places(limits.places);
    const { maxHeaderSize, idleMs } = limits;
    this.#parser = createServer(
      { maxHeaderSize, keepAliveTimeout: idleMs },
      (request, response) => this.#take(request, response),
    );
  }

  /** Serves one more connection. */
  enter(connection: Deno.Conn, answer: Answer): void {
    const client = new ConnectionStream(connection);
    // A client that goes away is no trouble of ours; without a listener it would end the program.
    client.on("error", () => {});
    client.on("close", () => this.#forget(client));
    this.#conversations.set(client, { answer, unanswered: 0, last: Promise.resolve() });
    const displaced = this.#places.enter(client, performance.now());
    if (displaced !== null) this.#cut(displaced, displaced === client ? "full" : "displaced");
    if (displaced === client) return;
    this.#sweep ??= setInterval(() => this.#cutOverdue(), this.#limits.sweepMs);
    this.#parser.emit("connection", client);
  }

  /** Closes the connection that has been idle longest; says whether there was one. */
  displaceOne(): boolean {
    const [client] = this.#places.allIdle();
    if (client === undefined) return false;
    this.#places.leave(client);
    this.#cut(client, "displaced");
    return true;
  }

  #forget(client: ConnectionStream): void {
    this.#places.leave(client);
    this.#conversations.delete(client);
    if (this.#conversations.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  #cut(client: ConnectionStream, reason: RefusedReason): void {
    this.#options.onCut(reason);
    client.destroy();
  }

  #cutOverdue(): void {
    const now = performance.now();
    // A client that has nothing to say is let go, which is nothing to count.
    for (const client of this.#places.idleSince(now - this.#limits.idleMs)) client.destroy();
    for (const client of this.#conversations.keys()) {
      const since = client.writingSince;
      if (since !== null && now - since > this.#limits.stalledMs) this.#cut(client, "stalled");
    }
  }

  // ---------------------------------------------------------------- requests and responses

  #take(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const client = incoming.socket as unknown as ConnectionStream;
    const conversation = this.#conversations.get(client);
    if (conversation === undefined || client.destroyed) return;
    if (++conversation.unanswered > this.#limits.pipelined) return this.#cut(client, "pipelined");
    this.#places.busy(client);
    const { answer } = conversation;
    conversation.last = conversation.last
      .then(() => this.#reply(client, answer, incoming, outgoing))
      .then(() => {
        if (--conversation.unanswered === 0) this.#places.idle(client, performance.now());
      });
  }

  async #reply(
    client: ConnectionStream,
    answer: Answer,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    if (client.destroyed) return;
    try {
      for (const side of [incoming, outgoing]) side.on("error", () => {});
      const ended = new Promise<void>((resolve) => {
        outgoing.once("finish", resolve).once("close", resolve);
      });
      await send(await this.#responseTo(client, answer, incoming), incoming, outgoing);
      await ended;
    } catch (error) {
      this.#options.logger.error(`cannot answer a request: ${errorMessage(error)}`);
      client.destroy();
    }
  }

  async #responseTo(
    client: ConnectionStream,
    answer: Answer,
    incoming: IncomingMessage,
  ): Promise<Response> {
    const request = asRequest(incoming);
    if (request === null) {
      return protect(text("Bad request: its method, host or path cannot be read", 400));
    }
    const isReserved = this.#places.isReserved(client);
    const { essential, onCut } = this.#options;
    if (isReserved && new URL(request.url).pathname !== essential) {
      onCut("full");
      return protect(text("Too many clients are served already; try again later", 503));
    }
    const response = protect(await answer(request));
    // A reserved place is for one request, and a body is not waited for.
    if (isReserved || hasBody(incoming)) response.headers.set("connection", "close");
    return response;
  }

  /** Whoever still takes an answer may finish, for a moment; the rest is closed at once. */
  async shutdown(): Promise<void> {
    for (const client of this.#places.allIdle()) client.destroy();
    const gone = this.#places.allBusy().map((client) =>
      new Promise<void>((resolve) => {
        client.once("close", resolve);
        this.#conversations.get(client)?.last.then(() => client.destroy());
      })
    );
    const timer = setTimeout(() => {
      for (const client of this.#conversations.keys()) client.destroy();
    }, this.#limits.lastWordsMs);
    await Promise.all(gone);
    clearTimeout(timer);
  }
}
