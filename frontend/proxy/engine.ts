import { createAbort } from "./abort_connection.ts";
import type { Clock } from "./clock.ts";
import { createRelayBuffers, type End, type Meter, relay } from "./relay.ts";
import { ReplayableServer } from "./replayable_server.ts";

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

/** Whom a relay tells of what happens. */
export interface RelayHost {
  /** Is told of the bytes. */
  readonly meter: Meter;
  /**
   * Is told that the server reset the connection before its first byte, and gives another one.
   *
   * @param canReplay Whether another could take over: the client's bytes so far are at hand.
   * @returns the other server, or null where there is none.
   */
  readonly lost: (canReplay: boolean) => Promise<Connected | null>;
}

/** A way to move bytes. The ends given to `relay` and `abort` come from the same engine. */
export interface Engine {
  /** Listens beside the other workers, which share the port. */
  listen(at: Endpoint): Acceptor;
  /** Connects; rejects, and leaves nothing behind, when the signal aborts first. */
  connect(to: Endpoint, signal: AbortSignal): Promise<Connected>;
  /** Moves bytes until both directions have ended and closes both ends; never rejects. */
  relay(client: Connected, server: Connected, host: RelayHost): Promise<void>;
  /**
   * Ends a connection so that the other side sees that it did not end well (RST), where the system
   * allows it; one that is closed already stays so.
   *
   * @param beside A connection that was opened at about the same time, where there is one.
   */
  abort(conn: Connected, beside?: Connected): void;
}

/** What the engine on Deno's own sockets needs. */
export interface DenoEngineOptions {
  readonly clock: Clock;
  /** Takes warnings for the log, one line each. */
  readonly warn: (message: string) => void;
}

/**
 * How many clients may wait to be accepted: more than any system allows (`net.core.somaxconn`), so
 * that the administrator's limit counts. Deno's own 511 fill up while a worker is busy for a moment;
 * over the limit the kernel loses a client's packets, which costs it seconds.
 */
const queueLength = 65_535;

/** The engine on Deno's own sockets. */
export function createDenoEngine(options: DenoEngineOptions): Engine {
  const buffers = createRelayBuffers();
  const abort = createAbort(options);
  return {
    abort,
    listen: ({ hostname, port }) =>
      Deno.listen({ hostname, port, reusePort: true, tcpBacklog: queueLength }),
    // The address is a literal: there are no families to choose from, and looking costs time.
    connect: ({ hostname, port }, signal) =>
      Deno.connect({ hostname, port, signal, autoSelectFamily: false }),
    relay(client, first, { meter, lost }) {
      let current = first;
      const server = new ReplayableServer(first, {
        lost: async (canReplay) => {
          const next = await lost(canReplay);
          if (next) current = next;
          return next;
        },
        replayed: (bytes) => meter.toServer(bytes),
      });
      const abortEnd = (end: End) => {
        if (end === client) abort(client, current);
        else server.endWith(() => abort(current, client));
      };
      return relay(client, server, { buffers, meter, abort: abortEnd });
    },
  };
}
