import type { PlaceSetting } from "../lib/config/settings.ts";
import { type HttpServer, serveHttp } from "../lib/http/http_server.ts";
import { methodRefusal, text, whole } from "../lib/http/responses.ts";
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
 * Serves an agent's metrics over HTTP, for reading only.
 *
 * @throws {Error} If the address cannot be listened on; the message says what to do.
 */
export async function serveMetrics(options: MetricsServerOptions): Promise<HttpServer> {
  const { place, logger, metrics } = options;
  const server = await serveHttp({
    setting: "LB_METRICS",
    place,
    what: "metrics",
    answer: (request) => answer(request, metrics),
    essential: "/metrics",
    anyHost: ["/metrics"],
    logger,
    beside: false,
  });
  const where = hostPort(place.name ?? place.address, place.port);
  logger.info(`Metrics are served on http://${where}/metrics`);
  return server;
}

/** Answers one request. */
export async function answer(
  { method, url }: Pick<Request, "method" | "url">,
  metrics: () => Promise<string>,
): Promise<Response> {
  if (new URL(url).pathname !== "/metrics") return text("Not found: there is /metrics", 404);
  return methodRefusal(method) ?? whole(await metrics(), expositionType);
}
