import { BufferPool } from "../buffer_pool.ts";
import { DenseSet } from "../dense_set.ts";
import { acceptQueueLength, type Engine, type EngineOptions } from "../engine.ts";
import { BulkBudget, bulkBytesOf } from "../engine/bulk_budget.ts";
import { createOpenings } from "../engine/kept_bytes.ts";
import { pipesBeside } from "../file_limit.ts";
import { EpollAcceptor } from "./acceptor.ts";
import { Connector } from "./connector.ts";
import { EventLoop } from "./event_loop.ts";
import { PipePool } from "./pipe_pool.ts";
import { EpollRelay } from "./relay.ts";
import type { EpollSocket, SocketContext } from "./socket.ts";
import { openSystem, type System } from "./system.ts";

/**
 * The engine on Linux's own calls: non-blocking sockets and epoll(7), by the foreign function
 * interface. It costs less than Deno's sockets at every step, and holds no buffer while idle.
 *
 * @param options How many connections it carries at most: so many pipes it may have; and of how many
 * threads it is one: of the memory for bulk data it has its part.
 * @param openIt Opens the system; this one's, unless a test has reason to do otherwise.
 * @throws {Error} If this system has no glibc, another layout of events, or forbids such calls.
 */
export function createEpollEngine(
  { maxConnections, threads }: Pick<EngineOptions, "maxConnections" | "threads">,
  openIt: () => System = openSystem,
): Engine<EpollSocket> {
  if (Deno.build.os !== "linux") throw new Error(`epoll is Linux's, not ${Deno.build.os}'s`);
  const system = openIt();
  const loop = new EventLoop(system);
  const open = new DenseSet<EpollSocket>();
  const acceptors = new Set<EpollAcceptor>();
  const context: SocketContext = { system, loop, open };
  const connector = new Connector(context);
  const buffers = new BufferPool({ bytes: 256 * 1024, keep: 2 });
  const budget = new BulkBudget(bulkBytesOf(threads));
  const pipes = new PipePool(system, { bytes: 1024 * 1024, most: pipesBeside(maxConnections) });
  const shared = { context, buffers, budget, pipes, openings: createOpenings() };
  let closing: Promise<void> | null = null;
  const close = async () => {
    for (const acceptor of acceptors) acceptor.close();
    connector.close();
    for (const socket of open) socket.abort();
    pipes.close();
    await loop.close();
  };
  return {
    name: "epoll",
    listen(at) {
      const acceptor = new EpollAcceptor(context, at, acceptQueueLength);
      acceptors.add(acceptor);
      return acceptor;
    },
    connect: (to, signal, host) => connector.connect(to, signal, host),
    relay: (client, server, host) => new EpollRelay(client, server, host, shared).start(),
    keepAlive(client, server) {
      for (const side of [client, server]) side.keepAlive();
      return true;
    },
    abort: (conn) => conn.abort(),
    turn: () => loop.turn(),
    close: () => closing ??= close(),
  };
}
