import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { hostPort } from "../../lib/net/host_port.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import { isLoopback } from "./allowed_host.ts";
import { type AdminView, answer, text } from "./routes.ts";

/** Where it listens, and what it works with. */
export interface AdminServerOptions {
  readonly address: string;
  readonly port: number;
  readonly view: AdminView;
  readonly logger: Logger;
  /** Whether a predecessor serves there still, which is to be relieved. */
  readonly beside: boolean;
}

/** The status as it is served over HTTP. */
export interface AdminServer {
  /** Ends every connection, finished or not, and gives up the port. */
  shutdown(): Promise<void>;
}

/**
 * What a client may take, so that one that is slow, or means ill, cannot hold descriptors that the
 * relays need. (`Deno.serve` has no such limits, which is why this is Node's server.)
 */
const limits = {
  /** For a request's head, and for all of a request, in milliseconds. */
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1_000,
  /** For a request's head, in bytes. */
  maxHeaderSize: 16_384,
  /** For an idle connection, in milliseconds. */
  keepAliveTimeout: 5_000,
};

/** More connections than these are closed at once. */
const mostConnections = 128;

/** Answers that are on their way when the server is shut down may take so long, in milliseconds. */
const lastWordsMs = 500;

/** A client that takes nothing for so long is cut off, in milliseconds. */
const stalledMs = 10_000;

/**
 * Serves the state of the front end over HTTP, for reading only.
 *
 * @throws {Error} If the address cannot be listened on; the message says what to do.
 */
export async function serveAdmin(options: AdminServerOptions): Promise<AdminServer> {
  const { address, port, logger, beside } = options;
  const server = createServer(limits, (request, response) => {
    reply(request, response, options).catch((error) => {
      logger.error(`Cannot answer a request for the status: ${error}`);
      response.destroy();
    });
  });
  server.maxConnections = mostConnections;
  try {
    // A port that is shared with a successor could be shared with any program of the same user.
    if (!beside) Deno.listen({ hostname: address, port }).close();
    server.listen({ host: address, port, reusePort: true });
    await once(server, "listening");
  } catch (error) {
    throw new Error(explain(error as Error, hostPort(address, port)), { cause: error });
  }
  server.on("error", (error) => logger.warn(`The status is served with trouble: ${error.message}`));
  announce(options);
  return { shutdown: () => shutdown(server) };
}

/** Whoever still takes an answer may finish, for a moment; the rest is closed at once. */
async function shutdown(server: Server): Promise<void> {
  const closed = Promise.withResolvers<void>();
  // An error here says that it was closed before.
  server.close(() => closed.resolve());
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), lastWordsMs);
  await closed.promise;
  clearTimeout(timer);
}

function announce({ address, port, logger }: AdminServerOptions): void {
  logger.info(`Status is served on http://${hostPort(address, port)}/`);
  if (isLoopback(address)) return;
  logger.warn(
    `LB_ADMIN=${hostPort(address, port)} is open to everyone on that network, for reading; ` +
      "LB_ADMIN=127.0.0.1:8404 serves this machine alone",
  );
}

// ---------------------------------------------------------------- requests and responses

async function reply(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { view, address }: AdminServerOptions,
): Promise<void> {
  // A client that goes away is no trouble of ours; without a listener it would end the program.
  for (const side of [incoming, outgoing]) side.on("error", () => {});
  const request = asRequest(incoming);
  const response = request === null
    ? text("Bad request: its method, host or path cannot be read", 400)
    : await answer(request, view, address);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (incoming.method === "HEAD") await response.body?.cancel();
  else if (response.body !== null) await pour(response.body, outgoing);
  outgoing.end();
}

/** Null where the client names what is no host, no path or a method of tunnels. */
function asRequest({ method = "GET", url = "/", headers }: IncomingMessage): Request | null {
  try {
    const base = `http://${headers.host ?? "localhost"}`;
    return new Request(url.startsWith("/") ? base + url : new URL(url), { method });
  } catch {
    return null;
  }
}

/** Sends a body as fast as the client takes it, and no faster. */
async function pour(body: ReadableStream<Uint8Array>, outgoing: ServerResponse): Promise<void> {
  const reader = body.getReader();
  outgoing.once("close", () => void reader.cancel().catch(() => {}));
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (!outgoing.write(value) && !await isTaken(outgoing)) break;
    }
  } catch {
    // The source has given up on this client; that it was cut short is all the client has to know.
  }
  outgoing.destroy();
}

/** Waits until what was written is on its way; false where the client has gone or takes nothing. */
function isTaken(outgoing: ServerResponse): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const [taken, gone] = [() => resolve(true), () => resolve(false)];
  const timer = setTimeout(gone, stalledMs);
  outgoing.once("drain", taken).once("close", gone);
  return promise.finally(() => {
    clearTimeout(timer);
    outgoing.off("drain", taken).off("close", gone);
  });
}

// ---------------------------------------------------------------- where it listens

function explain(error: Error & { code?: string }, where: string): string {
  const remedy = "set LB_ADMIN to another ADDRESS:PORT, or to off";
  if (error instanceof Deno.errors.AddrInUse || error.code === "EADDRINUSE") {
    return `LB_ADMIN=${where} is held by another program; ${remedy}`;
  }
  return `Cannot serve the status on LB_ADMIN=${where}: ${error.message}; ${remedy}`;
}
