import { createAbort } from "./abort_connection.ts";
import { bulkBytesOf } from "./engine/bulk_budget.ts";
import { createOpenings } from "./engine/kept_bytes.ts";
import { acceptQueueLength, type Engine, type EngineOptions } from "./engine.ts";
import { DenoAcceptor } from "./deno_acceptor.ts";
import { createKeepAlive } from "./deno_keep_alive.ts";
import { DenoTurn } from "./deno_turn.ts";
import { createRelayBuffers, type End, relay } from "./relay.ts";
import { ReplayableServer } from "./replayable_server.ts";

/** The engine on Deno's own sockets. */
export function createDenoEngine(options: EngineOptions): Engine<Deno.TcpConn> {
  const buffers = createRelayBuffers(bulkBytesOf(options.threads));
  const openings = createOpenings();
  const abort = createAbort(options);
  const turn = new DenoTurn();
  const keepAlive = createKeepAlive(options);
  return {
    name: "deno",
    abort,
    keepAlive(client, server) {
      const isClientAsked = keepAlive(client, server);
      return keepAlive(server, client) && isClientAsked;
    },
    turn: () => turn.over(),
    listen: ({ hostname, port }) =>
      new DenoAcceptor(
        Deno.listen({ hostname, port, reusePort: true, tcpBacklog: acceptQueueLength }),
        turn,
      ),
    // The address is a literal: there are no families to choose from, and looking costs time.
    connect({ hostname, port }, signal, host) {
      Deno.connect({ hostname, port, signal, autoSelectFamily: false })
        .then((conn) => host.connected(conn), (error) => host.failed(error));
    },
    relay(client, first, host) {
      const { meter } = host;
      let current = first;
      const server = new ReplayableServer(first, {
        lost: async (keptBytes) => {
          const next = await host.lost(keptBytes);
          if (next) current = next;
          return next;
        },
        replayed: (bytes) => meter.toServer(bytes),
        openings,
      });
      const abortEnd = (end: End) => {
        if (end === client) abort(client, current);
        else server.endWith(() => abort(current, client));
      };
      void relay(client, server, { buffers, meter, abort: abortEnd }).then(() => host.ended());
    },
    // The runtime closes what a thread leaves behind.
    close: () => turn.close(),
  };
}
