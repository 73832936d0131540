import type { DrainResult } from "../table/backend_registry.ts";

/**
 * Reads what `drain` and `undrain` are asked to do over the control socket.
 *
 * @returns the backend, by its id or as `ADDRESS:PORT`.
 * @throws {TypeError} Where none is named.
 */
export function parseDrainRequest(args: unknown): string {
  const backend = typeof args === "object" && args !== null && "backend" in args
    ? args.backend
    : undefined;
  if (typeof backend === "string" && backend !== "") return backend;
  throw new TypeError("which backend? Name it by its id or as ADDRESS:PORT");
}

/**
 * Says what became of it.
 *
 * @throws {Error} Where there is no such backend; the message lists those that there are.
 */
export function drainReply(backend: string, drain: boolean, result: DrainResult): string {
  if (!result.found) {
    const known = result.known.length === 0 ? "none has been found yet" : result.known.join(", ");
    throw new Error(`there is no backend ${JSON.stringify(backend)}; known backends: ${known}`);
  }
  const names = result.backends.join(", ");
  return drain
    ? `${names} gets no new connections; those that are open go on`
    : `${names} gets new connections again as soon as it is up`;
}
