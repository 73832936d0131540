import { expositionType } from "../../lib/metrics/exposition.ts";
import type { Logger } from "../../lib/systemd/logger.ts";
import type { BackendStatus } from "../table/backend_status.ts";

/** What the admin server shows. */
export interface AdminView {
  /** The state table. */
  backends(): BackendStatus[];
  /** Whether at least one backend can take a connection. */
  isHealthy(): boolean;
  /** Everything that can be counted, in Prometheus's text format. */
  metrics(): Promise<string>;
}

/** Where it listens, and what it works with. */
export interface AdminServerOptions {
  readonly address: string;
  readonly port: number;
  readonly view: AdminView;
  readonly logger: Logger;
  /** Whether a predecessor serves there still, which is to be relieved. */
  readonly beside: boolean;
}

const paths = ["/api/backends", "/healthz", "/metrics"] as const;

/**
 * Serves the state of the front end over HTTP, for reading only.
 *
 * @throws {Error} If the address cannot be listened on; the message says what to do.
 */
export function serveAdmin(options: AdminServerOptions): Deno.HttpServer {
  const { address: hostname, port, view, logger, beside } = options;
  try {
    // A port that is shared with a successor could be shared with any program of the same user.
    if (!beside) Deno.listen({ hostname, port }).close();
    return Deno.serve({
      hostname,
      port,
      reusePort: true,
      onListen: () => logger.info(`Status is served on http://${place(hostname, port)}/`),
      onError: (error) => failed(error, logger),
    }, (request) => answer(request, view));
  } catch (error) {
    throw new Error(explain(error as Error, place(hostname, port)), { cause: error });
  }
}

function failed(error: unknown, logger: Logger): Response {
  logger.error(`Cannot answer a request for the status: ${error}`);
  return text("an error of the front end; its log says more", 500);
}

/** Answers one request. */
export function answer(request: Request, view: AdminView): Response | Promise<Response> {
  // The host that a client names may be no host at all.
  const pathname = URL.parse(request.url)?.pathname;
  if (pathname === undefined) return text("Bad request: its address cannot be read", 400);
  if (!paths.some((path) => path === pathname)) {
    return text(`Not found: ${pathname}; there are ${paths.join(", ")}`, 404);
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    const refusal = text(`${request.method} is not allowed here: this is for reading only`, 405);
    refusal.headers.set("allow", "GET, HEAD");
    return refusal;
  }
  if (pathname === "/metrics") return metrics(view);
  return pathname === "/healthz" ? health(view) : backends(view);
}

async function metrics(view: AdminView): Promise<Response> {
  return new Response(await view.metrics(), {
    headers: { "content-type": expositionType, "cache-control": "no-store" },
  });
}

function health(view: AdminView): Response {
  return view.isHealthy() ? text("ok", 200) : text("no backend can take a connection", 503);
}

function backends(view: AdminView): Response {
  return Response.json({ backends: view.backends() }, { headers: { "cache-control": "no-store" } });
}

function text(body: string, status: number): Response {
  return new Response(`${body}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  });
}

function place(hostname: string, port: number): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

function explain(error: Error, where: string): string {
  const remedy = "set LB_ADMIN to another ADDRESS:PORT, or to off";
  if (error instanceof Deno.errors.AddrInUse) {
    return `LB_ADMIN=${where} is held by another program; ${remedy}`;
  }
  return `Cannot serve the status on LB_ADMIN=${where}: ${error.message}; ${remedy}`;
}
