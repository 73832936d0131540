/** The relays' columns that tell how far away a server is. */
type WayFigure = "shortestConnectMs" | "total";

/** What reading the length of the way takes of the table. */
export interface WayColumns {
  readonly size: { readonly workers: number };
  figure(name: "rttMs", slot: number): number;
  relayFigure(name: WayFigure, slot: number, worker: number): number;
}

/** By which part of the difference the shortest time rises towards a longer one. */
const rise = 1 / 8;

/**
 * Takes in how long connecting took: the shortest time falls at once, and rises slowly where the way has
 * become longer.
 *
 * @param shortest What is known so far, in milliseconds; NaN before the first time.
 */
export function withConnectTime(shortest: number, tookMs: number): number {
  return tookMs > shortest ? shortest + (tookMs - shortest) * rise : tookMs;
}

/** How long connecting takes the worker that it takes least; NaN where none has connected yet. */
function leastConnectMs(slot: number, columns: WayColumns): number {
  let least = NaN;
  for (let worker = 0; worker < columns.size.workers; worker++) {
    const known = columns.relayFigure("shortestConnectMs", slot, worker);
    // A comparison with NaN is false, so that the first one known replaces it.
    if (!(least <= known) && !Number.isNaN(known)) least = known;
  }
  return least;
}

/**
 * How long the way to a server and back takes, in milliseconds; NaN until it was connected to.
 *
 * It is the lesser of the time to connect and the round trip of the probes. Both can only be too long:
 * an answer to a probe waits for the agent to get a processor, which on a busy machine can take longer
 * than the network does; the kernel itself answers who connects, but a lost packet costs a second, and
 * the first connection waits for the address to be resolved on the network.
 */
export function wayMs(slot: number, columns: WayColumns): number {
  const connectMs = leastConnectMs(slot, columns);
  const rttMs = columns.figure("rttMs", slot);
  return rttMs < connectMs ? rttMs : connectMs;
}

/** Of fewer connections, each may have been held up by chance. */
const fewestConnections = 5;

/**
 * Whether a server was connected to often enough to know how far away it is: one slow handshake, or a
 * busy agent, would else keep connections from a server that is near.
 */
export function isWayKnown(slot: number, columns: WayColumns): boolean {
  let connections = 0;
  for (let worker = 0; worker < columns.size.workers; worker++) {
    connections += columns.relayFigure("total", slot, worker);
  }
  return connections >= fewestConnections;
}
