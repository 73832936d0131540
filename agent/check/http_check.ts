import { hostPort } from "../../lib/net/host_port.ts";
import { type CheckResult, result } from "./check_result.ts";
import type { CheckTarget } from "./tcp_check.ts";

// Not at the top of the bundle: an agent that checks nothing needs none of it.
const { request } = await import("node:http");

const firstSuccess = 200;
const firstRedirect = 300;
const firstFailure = 400;

/**
 * Asks a service for a path over HTTP. A status of 2xx passes, and one of 3xx as well, as with HAProxy
 * and Kubernetes; a redirect is not followed. Headers are waited for, the body is not read.
 */
export function checkByHttp(
  { address, port, timeoutMs }: CheckTarget,
  path: string,
): Promise<CheckResult> {
  const { promise, resolve } = Promise.withResolvers<CheckResult>();
  const asking = request({
    host: address,
    port,
    path,
    agent: false,
    headers: { host: hostPort(address, port), "user-agent": "lb-agent", connection: "close" },
  });
  const limit = setTimeout(() => end(result({ kind: "timeout" })), timeoutMs);
  function end(what: CheckResult): void {
    clearTimeout(limit);
    asking.destroy();
    resolve(what);
  }
  asking.once("response", ({ statusCode = 0 }) => end(judge(statusCode)));
  asking.on(
    "error",
    (error: Error & { code?: string }) =>
      end(result({ kind: error.code === "ECONNREFUSED" ? "refused" : "no-answer" })),
  );
  asking.end();
  return promise;
}

function judge(status: number): CheckResult {
  if (status >= firstSuccess && status < firstRedirect) return result({ kind: "passing" });
  if (status >= firstRedirect && status < firstFailure) {
    const remark = `answers HTTP ${status}: it passes, but the redirect is not followed; ` +
      "name the path that it leads to";
    return result({ kind: "passing" }, remark);
  }
  const isStatus = status >= 100 && status <= 599;
  return result(isStatus ? { kind: "http", number: status } : { kind: "no-answer" });
}
