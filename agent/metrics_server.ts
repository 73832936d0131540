import type { PlaceSetting } from "../lib/config/settings.ts";
import { expositionType } from "../lib/metrics/exposition.ts";
import { hostPort } from "../lib/net/host_port.ts";
import type { Logger } from "../lib/systemd/logger.ts";

/** Where metrics are served, and what they are. */
export interface MetricsServerOptions {
  readonly place: PlaceSetting;
  readonly logger: Logger;
  /** Gives them in Prometheus's text format. */
  readonly metrics: () => Promise<string>;
}

/**
 * Serves an agent's metrics over HTTP, for reading only. Disposing of it closes what is open at once.
 *
 * @throws {Error} If the address cannot be listened on; the message says what to do.
 */
export function serveMetrics(options: MetricsServerOptions): AsyncDisposable {
  const { place: { address: hostname, port }, logger, metrics } = options;
  const where = hostPort(hostname, port);
  const closing = new AbortController();
  try {
    const server = Deno.serve({
      hostname,
      port,
      signal: closing.signal,
      onListen: () => logger.info(`Metrics are served on http://${where}/metrics`),
      onError: (error) => {
        logger.error(`Cannot answer a request for metrics: ${error}`);
        return text("an error of the agent; its log says more", 500);
      },
    }, (request) => answer(request, metrics));
    return {
      async [Symbol.asyncDispose]() {
        closing.abort();
        await server.finished;
      },
    };
  } catch (error) {
    throw new Error(explain(error as Error, where), { cause: error });
  }
}

/** Answers one request. */
export async function answer(request: Request, metrics: () => Promise<string>): Promise<Response> {
  // The host that a client names may be no host at all.
  const pathname = URL.parse(request.url)?.pathname;
  if (pathname !== "/metrics") return text("Not found: there is /metrics", 404);
  if (request.method !== "GET" && request.method !== "HEAD") {
    const refusal = text(`${request.method} is not allowed here: this is for reading only`, 405);
    refusal.headers.set("allow", "GET, HEAD");
    return refusal;
  }
  return new Response(await metrics(), {
    headers: { "content-type": expositionType, "cache-control": "no-store" },
  });
}

function text(body: string, status: number): Response {
  return new Response(`${body}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}

function explain(error: Error, where: string): string {
  const remedy = "set LB_METRICS to another ADDRESS:PORT, or to off";
  if (error instanceof Deno.errors.AddrInUse) {
    return `LB_METRICS=${where} is held by another program; ${remedy}`;
  }
  return `Cannot serve metrics on LB_METRICS=${where}: ${error.message}; ${remedy}`;
}
