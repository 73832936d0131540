import { methodRefusal, text, whole } from "../../lib/http/responses.ts";
import { expositionType } from "../../lib/metrics/exposition.ts";
import type { BackendStatus } from "../table/backend_status.ts";
import { dashboardFiles, type PageFile } from "./dashboard_files.ts";
import { historyJson, type HistorySource } from "./history_json.ts";

/** What the admin server shows. */
export interface AdminView {
  /** The state table. */
  backends(): readonly BackendStatus[];
  /** Whether at least one backend can take a connection. */
  isHealthy(): boolean;
  /** Everything that can be counted, in Prometheus's text format. */
  metrics(): Promise<string>;
  /** A stream of server-sent events for one more subscriber; null where there are too many. */
  subscribe(): ReadableStream<Uint8Array> | null;
  /** What was, up to now. */
  past(): HistorySource;
}

/** Gives the answer to a GET request for one path. */
type Route = (view: AdminView, query: URLSearchParams) => Response | Promise<Response>;

/** At how many seconds a client that found no room may try again. */
const tryAgainSeconds = 5;

const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ...[...dashboardFiles].map(([path, page]) => [path, () => file(page)] as const),
  ["/api/backends", (view) => json({ backends: view.backends() })],
  ["/api/events", events],
  ["/api/history", history],
  ["/healthz", health],
  ["/metrics", metrics],
]);

/** The paths that people may ask for; the others are the dashboard's own. */
const told = ["/", "/api/backends", "/api/events", "/api/history", "/healthz", "/metrics"];

/** Answers one request. */
export function answer(
  { method, url }: Pick<Request, "method" | "url">,
  view: AdminView,
): Response | Promise<Response> {
  const { pathname, searchParams } = new URL(url);
  const found = routes.get(pathname);
  if (found === undefined) return text(`Not found: ${pathname}; there are ${told.join(", ")}`, 404);
  return methodRefusal(method) ?? found(view, searchParams);
}

function health(view: AdminView): Response {
  return view.isHealthy() ? text("ok", 200) : text("no backend can take a connection", 503);
}

async function metrics(view: AdminView): Promise<Response> {
  return whole(await view.metrics(), expositionType);
}

function events(view: AdminView): Response {
  const stream = view.subscribe();
  if (stream !== null) {
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  }
  const refusal = text("Too many clients follow the events already; try again later", 503);
  refusal.headers.set("retry-after", String(tryAgainSeconds));
  return refusal;
}

/** `?backend=ID`, once or several times, limits it to those. */
function history(view: AdminView, query: URLSearchParams): Response {
  const wanted = query.has("backend") ? [...new Set(query.getAll("backend"))] : null;
  const pieces = ReadableStream.from(historyJson(view.past(), wanted));
  const body = pieces.pipeThrough(new TextEncoderStream());
  return new Response(body, { headers: { "content-type": "application/json" } });
}

function json(value: unknown): Response {
  return whole(JSON.stringify(value), "application/json");
}

function file({ type, body }: PageFile): Response {
  return whole(body, type);
}
