import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { recordingLogger } from "../lib/systemd/logger_fixture.ts";
import { answer, serveMetrics } from "./metrics_server.ts";

const metrics = () => Promise.resolve("lb_up 1\n");

function ask(path: string, method = "GET"): Promise<Response> {
  return answer({ url: `http://127.0.0.1:8405${path}`, method }, metrics);
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("an agent's metrics are text of the type that scrapers expect", async () => {
  const response = await ask("/metrics");
  assertEquals(await response.text(), "lb_up 1\n");
  assertEquals(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
});

Deno.test("an agent has nothing else to show, and nothing to be changed", async () => {
  assertEquals((await ask("/")).status, 404);
  const refused = await ask("/metrics", "DELETE");
  assertEquals([refused.status, refused.headers.get("allow")], [405, "GET, HEAD"]);
});

Deno.test("its metrics are told under any name, and not to the pages of other sites", async () => {
  const place = { address: "0.0.0.0", name: null, port: freePort() };
  const logger = recordingLogger();
  const server = await serveMetrics({ place, logger, metrics });
  const get = async (headers: HeadersInit) => {
    const response = await fetch(`http://127.0.0.1:${place.port}/metrics`, { headers });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await get({ host: "server-7.example" }), 200);
  assertEquals(await get({ "sec-fetch-site": "cross-site" }), 403);
  await server.shutdown();
  assertEquals(logger.lines, [`info: Metrics are served on http://0.0.0.0:${place.port}/metrics`]);
});

Deno.test("a port that is taken is one clear line with the remedy", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const place = { address: "127.0.0.1", name: null, port: taken.addr.port };
  const error = await assertRejects(
    () => serveMetrics({ place, logger: recordingLogger(), metrics }),
    Error,
  );
  assertStringIncludes(error.message, `LB_METRICS=127.0.0.1:${place.port} is held by another`);
});
