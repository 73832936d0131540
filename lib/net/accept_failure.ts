import { errorCode } from "../error_code.ts";

/**
 * What accept(2) says of one client alone, which has left the queue with it: the connection was gone
 * already, or the network or a firewall came between. Deno adds ENOTCONN, as it asks who the client is.
 */
const ofOneClient: ReadonlySet<string> = new Set([
  "ENOTCONN",
  "ECONNABORTED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EINTR",
  "EPERM",
  "EPROTO",
  "ENETDOWN",
  "ENOPROTOOPT",
  "EHOSTDOWN",
  "ENONET",
  "EHOSTUNREACH",
  "EOPNOTSUPP",
  "ENETUNREACH",
]);

/**
 * Whether a failure to accept concerns one client alone: the next can be accepted at once. Any other
 * failure, as for want of descriptors or memory, lasts, and whoever tries again at once keeps a thread
 * busy for nothing.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { concernsOneClient } from "./accept_failure.ts";
 *
 * assert(concernsOneClient(Object.assign(new Error("gone"), { code: "ENOTCONN" })));
 * assert(!concernsOneClient(Object.assign(new Error("full"), { code: "EMFILE" })));
 * ```
 */
export function concernsOneClient(error: unknown): boolean {
  return ofOneClient.has(errorCode(error));
}
