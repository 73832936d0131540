import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import { answer, serveAdmin } from "./server.ts";

const healthy = {
  backends: () => [],
  isHealthy: () => true,
  metrics: () => Promise.resolve("lb_up 1\n"),
};

async function ask(path: string, method = "GET", view = healthy): Promise<Response> {
  return await answer(new Request(`http://127.0.0.1:8404${path}`, { method }), view);
}

Deno.test("the state table is JSON that nobody may cache", async () => {
  const response = await ask("/api/backends");
  assertEquals(await response.json(), { backends: [] });
  assertEquals(response.headers.get("content-type"), "application/json");
  assertEquals(response.headers.get("cache-control"), "no-store");
});

Deno.test("health is 200 while a backend can take a connection, else 503", async () => {
  assertEquals((await ask("/healthz")).status, 200);
  const none = { ...healthy, isHealthy: () => false };
  assertEquals((await ask("/healthz", "GET", none)).status, 503);
});

Deno.test("the metrics are text of the type that scrapers expect", async () => {
  const response = await ask("/metrics");
  assertEquals(await response.text(), "lb_up 1\n");
  assertEquals(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
});

Deno.test("an unknown path is 404 and names the known ones", async () => {
  const response = await ask("/nothing");
  assertEquals(response.status, 404);
  assertStringIncludes(await response.text(), "/api/backends");
});

Deno.test("a method that writes is 405", async () => {
  const response = await ask("/api/backends", "POST");
  assertEquals(response.status, 405);
  assertEquals(response.headers.get("allow"), "GET, HEAD");
});

Deno.test("a port that is taken is one clear line with the remedy", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const options = { address: "127.0.0.1", port: taken.addr.port, view: healthy, beside: false };
  const error = assertThrows(() => serveAdmin({ ...options, logger: recordingLogger() }), Error);
  assertStringIncludes(error.message, `LB_ADMIN=127.0.0.1:${taken.addr.port} is held`);
});
