/**
 * Why a client of an HTTP server was not served: its place went to another (`displaced`), there was
 * none for it (`full`), it took nothing of its answer (`stalled`), it sent too many requests at once
 * (`pipelined`), it named a host that is not this machine (`host`), or it asked for a page of another
 * site (`cross-site`).
 */
export const refusedReasons = [
  "displaced",
  "full",
  "stalled",
  "pipelined",
  "host",
  "cross-site",
] as const;

/** A reason why a client was not served. */
export type RefusedReason = typeof refusedReasons[number];
