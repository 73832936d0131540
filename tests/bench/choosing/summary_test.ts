import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { RequestResult } from "./request_result.ts";
import { summarize } from "./summary.ts";

function answered(atMs: number, ms: number, server = "one"): RequestResult {
  return { atMs, lateMs: 0, ms, server, failure: null };
}

function failed(atMs: number, ms: number): RequestResult {
  return { atMs, lateMs: 0, ms, server: null, failure: "refused" };
}

const calm = { incidentsAtMs: [], used: 0.7, frontMs: 1 };

Deno.test("a request that failed at once counts as one that took all patience", () => {
  const requests = [answered(0, 10), answered(1, 20), failed(2, 1)];
  const { p50, p99, failed: failures } = summarize({ ...calm, requests });
  assertEquals({ p50, p99, failures }, { p50: 20, p99: 3000, failures: 1 });
});

Deno.test("the odd server's share is of the requests that were answered", () => {
  const requests = [answered(0, 1), answered(1, 1), answered(2, 1, "four"), failed(3, 1)];
  assertAlmostEquals(summarize({ ...calm, requests }).oddShare, 1 / 3);
});

Deno.test("a server is back with the first request after its return that it answers", () => {
  const requests = [answered(100, 1, "four"), answered(700, 1), answered(900, 1, "four")];
  const seen = { ...calm, requests, incidentsAtMs: [200, 600] };
  assertEquals(summarize(seen).servedAgainMs, 300);
  assertEquals(summarize({ ...seen, requests: requests.slice(0, 2) }).servedAgainMs, Infinity);
});

Deno.test("harm lasts from the first incident to the last request that fails", () => {
  const requests = [failed(300, 1), answered(400, 1), failed(500, 1), answered(900, 1)];
  assertEquals(summarize({ ...calm, requests, incidentsAtMs: [200] }).harmedForMs, 300);
  assertEquals(summarize({ ...calm, requests: [answered(1, 1)] }).harmedForMs, 0);
});

Deno.test("the mean is of all requests, and equals are told by the busiest and the idlest", () => {
  const requests = [answered(0, 10), answered(1, 20), answered(2, 30, "four")];
  const { mean, busiestToIdlest } = summarize({ ...calm, requests });
  assertEquals([mean, busiestToIdlest], [20, 2]);
});

Deno.test("a broken server's share is the worst of ten seconds, its failures included", () => {
  const breaks = { share: 0.4, fromMs: 2_000 };
  const requests = Array.from({ length: 200 }, (_, at) => {
    const atMs = at * 100;
    // It gets everything at once, nothing before 8 s, and then one in two.
    if (atMs < 3_000) return failed(atMs, 1);
    return atMs < 8_000 || at % 2 === 0 ? answered(atMs, 1) : failed(atMs, 1);
  });
  const { brokenShare } = summarize({ ...calm, requests, incidentsAtMs: [1_000] }, { breaks });
  assertAlmostEquals(brokenShare, 0.5, 0.02);
  assertEquals(summarize({ ...calm, requests }).brokenShare, NaN);
});
