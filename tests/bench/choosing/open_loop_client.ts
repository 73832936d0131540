/**
 * A client that makes each request when it is due, over a new connection, whether or not earlier ones
 * were answered, and counts its time from when it was due: what is measured is what people who come by
 * themselves would wait ("coordinated omission" is impossible). It ends after the last answer.
 *
 * Arguments: what {@linkcode OpenLoop} names, as JSON.
 *
 * @module
 */
import { pause } from "../../wait_for.ts";
import { type Arrival, type ArrivalPlan, arrivals } from "./arrivals.ts";
import { fetchPage } from "./fetch_page.ts";
import type { RequestResult } from "./request_result.ts";

/** What the client is to do. */
export interface OpenLoop {
  readonly hostname: string;
  readonly plan: ArrivalPlan;
  /** When to begin, in milliseconds since 1970. */
  readonly beginAt: number;
  /** After so long a request is given up. */
  readonly patienceMs: number;
  /** The file for the results, one line of JSON for each. */
  readonly path: string;
}

const { hostname, plan, beginAt, patienceMs, path }: OpenLoop = JSON.parse(Deno.args[0] ?? "");

/** Milliseconds since the beginning of the load. */
function now(): number {
  return performance.timeOrigin + performance.now() - beginAt;
}

async function makeRequest({ atMs, page }: Arrival): Promise<RequestResult> {
  const lateMs = now() - atMs;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  try {
    const server = await fetchPage({ hostname, port: 80, page, signal: patience.signal });
    return { atMs, lateMs, ms: now() - atMs, server, failure: null };
  } catch (error) {
    const failure = patience.signal.aborted ? `no answer within ${patienceMs} ms` : String(error);
    return { atMs, lateMs, ms: now() - atMs, server: null, failure };
  } finally {
    clearTimeout(timer);
  }
}

const results: Promise<RequestResult>[] = [];
for (const arrival of arrivals(plan)) {
  const waitMs = arrival.atMs - now();
  if (waitMs > 0) await pause(waitMs);
  results.push(makeRequest(arrival));
}
const lines = (await Promise.all(results)).map((result) => JSON.stringify(result));
await Deno.writeTextFile(path, lines.join("\n"));
