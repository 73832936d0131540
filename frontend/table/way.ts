/** What reading the length of the way takes of the table. */
export interface WayColumns {
  readonly size: { readonly workers: number };
  figure(name: "rttMs", slot: number): number;
  relayFigure(name: "connectMs", slot: number, worker: number): number;
}

/** How long connecting takes the worker that it takes least; NaN where none has connected yet. */
function leastConnectMs(slot: number, columns: WayColumns): number {
  let least = NaN;
  for (let worker = 0; worker < columns.size.workers; worker++) {
    const known = columns.relayFigure("connectMs", slot, worker);
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
 * than the network does; the kernel itself answers who connects, but a lost packet costs a second.
 * Before anything was connected the probes alone would keep connections from a server that is merely
 * busy, so nothing is said then.
 */
export function wayMs(slot: number, columns: WayColumns): number {
  const connectMs = leastConnectMs(slot, columns);
  const rttMs = columns.figure("rttMs", slot);
  return rttMs < connectMs ? rttMs : connectMs;
}
