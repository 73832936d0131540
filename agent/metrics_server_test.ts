import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { recordingLogger } from "../lib/systemd/logger_fixture.ts";
import { answer, serveMetrics } from "./metrics_server.ts";

const metrics = () => Promise.resolve("lb_up 1\n");

function ask(path: string, method = "GET"): Promise<Response> {
  return answer(new Request(`http://127.0.0.1:8405${path}`, { method }), metrics);
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

Deno.test("a port that is taken is one clear line with the remedy", () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const place = { address: "127.0.0.1", port: taken.addr.port };
  const error = assertThrows(
    () => serveMetrics({ place, logger: recordingLogger(), metrics }),
    Error,
  );
  assertStringIncludes(error.message, `LB_METRICS=127.0.0.1:${place.port} is held by another`);
});

Deno.test("disposing closes connections at once, however far their requests are", async () => {
  const port = freePort();
  const place = { address: "127.0.0.1", port };
  const server = serveMetrics({ place, logger: recordingLogger(), metrics });
  using half = await Deno.connect({ hostname: "127.0.0.1", port });
  await half.write(new TextEncoder().encode("GET /metr"));
  await server[Symbol.asyncDispose]();
  using again = Deno.listen({ hostname: "127.0.0.1", port });
  assertEquals(again.addr.port, port);
});
