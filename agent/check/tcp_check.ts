import { type CheckResult, result } from "./check_result.ts";

// Not at the top of the bundle: an agent that checks nothing needs none of it.
const { connect } = await import("node:net");

/** Where a check goes, and for how long. */
export interface CheckTarget {
  readonly address: string;
  readonly port: number;
  /** Milliseconds. */
  readonly timeoutMs: number;
}

/** Whether a connection to a service is accepted; it is closed at once. */
export function checkByTcp({ address, port, timeoutMs }: CheckTarget): Promise<CheckResult> {
  const { promise, resolve } = Promise.withResolvers<CheckResult>();
  const socket = connect({ host: address, port });
  const limit = setTimeout(() => end(result({ kind: "timeout" })), timeoutMs);
  function end(what: CheckResult): void {
    clearTimeout(limit);
    socket.destroy();
    resolve(what);
  }
  socket.once("connect", () => end(result({ kind: "passing" })));
  socket.once("error", () => end(result({ kind: "refused" })));
  return promise;
}
