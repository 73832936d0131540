import type { PlaceSetting } from "../../lib/config/settings.ts";
import { isLoopback } from "../../lib/http/allowed_host.ts";
import { type HttpServer, serveHttp } from "../../lib/http/http_server.ts";
import { hostPort } from "../../lib/net/host_port.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import { type AdminView, answer } from "./routes.ts";

/** Where it listens, and what it works with. */
export interface AdminServerOptions {
  readonly place: PlaceSetting;
  readonly view: AdminView;
  readonly logger: Logger;
  /** Whether a predecessor serves there still, which is to be relieved. */
  readonly beside: boolean;
}

/**
 * Serves the state of the front end over HTTP, for reading only.
 *
 * @throws {Error} If the address cannot be listened on; the message says what to do.
 */
export async function serveAdmin(options: AdminServerOptions): Promise<HttpServer> {
  const { place, view, logger, beside } = options;
  const server = await serveHttp({
    setting: "LB_ADMIN",
    place,
    what: "the status",
    answer: (request) => answer(request, view),
    essential: "/healthz",
    anyHost: ["/healthz", "/metrics"],
    logger,
    beside,
  });
  const where = hostPort(place.name ?? place.address, place.port);
  logger.info(`Status is served on http://${where}/`);
  if (!server.addresses.every(isLoopback)) {
    logger.warn(
      `LB_ADMIN=${where} is open to everyone on that network, for reading; ` +
        "LB_ADMIN=127.0.0.1:8404 serves this machine alone",
    );
  }
  return server;
}
