import { assertEquals, assertStringIncludes } from "@std/assert";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import { History } from "./history.ts";
import type { AdminView } from "./routes.ts";
import { serveAdmin } from "./server.ts";

const view: AdminView = {
  backends: () => [],
  isHealthy: () => true,
  metrics: () => Promise.resolve(""),
  subscribe: () => null,
  past: () => ({ history: new History(), events: [], now: 0 }),
};

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** What is logged where the status is served at an address. */
async function linesAt(address: string, name: string | null, port: number) {
  const logger = recordingLogger();
  const server = await serveAdmin({ place: { address, name, port }, view, logger, beside: false });
  await server.shutdown();
  return logger.lines;
}

Deno.test("the status is served, and the place is logged", async () => {
  const logger = recordingLogger();
  const place = { address: "127.0.0.1", name: null, port: freePort() };
  const server = await serveAdmin({ place, view, logger, beside: false });
  const response = await fetch(`http://127.0.0.1:${place.port}/healthz`);
  assertEquals([response.status, await response.text()], [200, "ok\n"]);
  await server.shutdown();
  assertEquals(logger.lines, [`info: Status is served on http://127.0.0.1:${place.port}/`]);
});

Deno.test("a place that a network reaches is warned of", async () => {
  const port = freePort();
  for (const name of [null, "lb.invalid"]) {
    const lines = (await linesAt("0.0.0.0", name, port)).join("\n");
    assertStringIncludes(lines, `info: Status is served on http://${name ?? "0.0.0.0"}:${port}/`);
    assertStringIncludes(lines, `warn: LB_ADMIN=${name ?? "0.0.0.0"}:${port} is open to everyone`);
  }
});

Deno.test("a name that is this machine's alone is not", async () => {
  const lines = await linesAt("::", "localhost", freePort());
  assertEquals(lines.filter((line) => line.startsWith("warn")), []);
});
