import { createRelayBuffers, type End, type Meter, relay } from "./relay.ts";

/** An IP address and a TCP port. */
export interface Endpoint {
  /** An IPv4 or IPv6 address. */
  readonly hostname: string;
  readonly port: number;
}

/** A connection as an engine makes it; `Deno.TcpConn` is one. */
export interface Connected extends End {
  /** The address of the other side. */
  readonly remoteAddr: Endpoint;
  /** The address of this side. */
  readonly localAddr: Endpoint;
  /** Sends short messages at once instead of collecting them (TCP_NODELAY). */
  setNoDelay(): void;
}

/** Where clients arrive; `Deno.TcpListener` is one. */
export interface Acceptor {
  /** The next client's connection; rejects once the acceptor is closed. */
  accept(): Promise<Connected>;
  /** Stops listening; a pending {@linkcode Acceptor.accept} rejects. */
  close(): void;
}

/** A way to move bytes. The ends given to `relay` come from the same engine. */
export interface Engine {
  /** Listens beside the other workers, which share the port. */
  listen(at: Endpoint): Acceptor;
  /** Connects; rejects, and leaves nothing behind, when the signal aborts first. */
  connect(to: Endpoint, signal: AbortSignal): Promise<Connected>;
  /** Moves bytes until both directions have ended and closes both ends; never rejects. */
  relay(client: Connected, server: Connected, meter: Meter): Promise<void>;
}

/** The engine on Deno's own sockets. */
export function createDenoEngine(): Engine {
  const buffers = createRelayBuffers();
  return {
    listen: ({ hostname, port }) => Deno.listen({ hostname, port, reusePort: true }),
    // The address is a literal: there are no families to choose from, and looking costs time.
    connect: ({ hostname, port }, signal) =>
      Deno.connect({ hostname, port, signal, autoSelectFamily: false }),
    relay: (client, server, meter) => relay(client, server, buffers, meter),
  };
}
