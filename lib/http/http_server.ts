import type { PlaceSetting } from "../config/settings.ts";
import { deadline } from "../control/deadline.ts";
import { acceptEach } from "../net/accept_each.ts";
import { hostPort } from "../net/host_port.ts";
import { interfaceLister } from "../net/list_interfaces.ts";
import type { Logger } from "../systemd/logger.ts";
import { Clients } from "./clients.ts";
import { refusal } from "./gate.ts";
import { listeningAddresses } from "./listening_addresses.ts";
import { ownNames } from "./own_names.ts";
import type { RefusedReason } from "./refused_reason.ts";
import { text } from "./responses.ts";

/** What is served, and where. */
export interface HttpServerOptions {
  /** The setting that says where, such as `LB_ADMIN`. */
  readonly setting: string;
  readonly place: PlaceSetting;
  /** What is served, for people, such as "the status". */
  readonly what: string;
  /** Answers a request. */
  readonly answer: (request: Request) => Response | Promise<Response>;
  /** The path that is answered also where all ordinary places are taken. */
  readonly essential: string;
  /** The paths that may be asked for by any name where a network reaches the server. */
  readonly anyHost: readonly string[];
  readonly logger: Logger;
  /** Whether a predecessor serves there still, which is to be relieved. */
  readonly beside: boolean;
}

/** A server at work. */
export interface HttpServer {
  /** Where it listens. */
  readonly addresses: readonly string[];
  /** How many clients were not served, by the reason. */
  readonly refused: ReadonlyMap<RefusedReason, number>;
  /** Ends every connection, finished or not, and gives up the port. */
  shutdown(): Promise<void>;
}

/** How long a name server may take, in milliseconds. */
const resolveWithinMs = 2_000;

/**
 * Serves something over HTTP, for reading only, to a bounded number of clients.
 *
 * @throws {Error} If the address cannot be listened on; the message says what to do.
 */
export async function serveHttp(options: HttpServerOptions): Promise<HttpServer> {
  const { place, logger } = options;
  const { addresses, remark } = await listeningAddresses(place, { resolve, own: ownAddresses });
  const listeners = listen(addresses, options);
  if (remark !== null) logger.warn(`${remark}: ${options.setting} listens on every address`);
  const refused = new Map<RefusedReason, number>();
  const count = (reason: RefusedReason) => refused.set(reason, (refused.get(reason) ?? 0) + 1);
  let closing = false;
  const { essential } = options;
  const clients = new Clients({ essential, logger, onCut: count });
  const accepting = listeners.map((listener) => {
    const { hostname } = listener.addr;
    const answer = answerer(hostname, options, count);
    return acceptEach({
      listener,
      what: `${options.setting}=${hostPort(hostname, place.port)}`,
      logger,
      isClosing: () => closing,
      relieve: () => clients.displaceOne(),
      take: (connection) => clients.enter(connection, answer),
    });
  });
  return {
    addresses,
    refused,
    async shutdown() {
      closing = true;
      for (const listener of listeners) listener.close();
      await Promise.all(accepting);
      await clients.shutdown();
    },
  };
}

function answerer(
  listening: string,
  { setting, place: { name, port }, anyHost, answer }: HttpServerOptions,
  count: (reason: RefusedReason) => void,
): (request: Request) => Promise<Response> {
  const names = () => new Set([...machineNames(), ...(name === null ? [] : [name])]);
  const gate = { setting, listening, port, anyHost, ownNames: names };
  return async (request) => {
    const refused = refusal(request, gate);
    if (refused === null) return await answer(request);
    count(refused.reason);
    return text(refused.line, 403);
  };
}

// ---------------------------------------------------------------- names and addresses

/** Asked anew for each request under a strange name: they may change, and such requests are few. */
function machineNames(): Set<string> {
  const read = (path: string) => {
    try {
      return Deno.readTextFileSync(path);
    } catch {
      return null;
    }
  };
  return ownNames({
    hostname: Deno.hostname(),
    hosts: read("/etc/hosts"),
    resolv: read("/etc/resolv.conf"),
    addresses: ownAddresses(),
  });
}

const listInterfaces = interfaceLister();

function ownAddresses(): string[] {
  return listInterfaces().map(({ address }) => address);
}

/** As programs of this machine resolve names, `/etc/hosts` included (getaddrinfo(3)). */
async function resolve(name: string): Promise<string[]> {
  const { lookup } = await import("node:dns/promises");
  const found = deadline(lookup(name, { all: true }), resolveWithinMs, "no answer came");
  return (await found).map(({ address }) => address);
}

// ---------------------------------------------------------------- where it listens

function listen(addresses: readonly string[], options: HttpServerOptions): Deno.TcpListener[] {
  const listeners: Deno.TcpListener[] = [];
  try {
    for (const address of addresses) listeners.push(listenAt(address, options));
    return listeners;
  } catch (error) {
    for (const listener of listeners) listener.close();
    throw error;
  }
}

function listenAt(hostname: string, options: HttpServerOptions): Deno.TcpListener {
  const { place: { port, name }, beside } = options;
  try {
    // A port that is shared with a successor could be shared with any program of the same user.
    if (!beside) Deno.listen({ hostname, port }).close();
    return Deno.listen({ hostname, port, reusePort: true });
  } catch (error) {
    const isWithoutIpv6 = name !== null && hostname === "::" &&
      !(error instanceof Deno.errors.AddrInUse);
    if (isWithoutIpv6) return listenAt("0.0.0.0", options);
    throw new Error(explain(error as Error, hostname, options), { cause: error });
  }
}

function explain(
  error: Error,
  hostname: string,
  { setting, what, place }: HttpServerOptions,
): string {
  const where = `${setting}=${hostPort(hostname, place.port)}`;
  const remedy = `set ${setting} to another ADDRESS:PORT, or to off`;
  if (error instanceof Deno.errors.AddrInUse) {
    return `${where} is held by another program; ${remedy}`;
  }
  return `Cannot serve ${what} on ${where}: ${error.message}; ${remedy}`;
}
