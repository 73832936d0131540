import { assertEquals, assertStringIncludes } from "@std/assert";
import { dashboardFiles } from "./dashboard_files.ts";
import { History } from "./history.ts";
import { type AdminView, answer } from "./routes.ts";

const view: AdminView = {
  backends: () => [],
  isHealthy: () => true,
  metrics: () => Promise.resolve("lb_up 1\n"),
  subscribe: () => new ReadableStream(),
  past: () => ({ history: new History(), events: [], now: 0 }),
};

interface Question {
  readonly method?: string;
  readonly changes?: Partial<AdminView>;
}

async function ask(path: string, { method = "GET", changes }: Question = {}): Promise<Response> {
  const request = new Request(`http://127.0.0.1:8404${path}`, { method });
  return await answer(request, { ...view, ...changes });
}

Deno.test("the state table is JSON", async () => {
  const response = await ask("/api/backends");
  assertEquals(await response.json(), { backends: [] });
  assertEquals(response.headers.get("content-type"), "application/json");
});

Deno.test("health is 200 while a backend can take a connection, else 503", async () => {
  assertEquals((await ask("/healthz")).status, 200);
  const sick = await ask("/healthz", { changes: { isHealthy: () => false } });
  assertEquals(sick.status, 503);
});

Deno.test("the metrics are text of the type that scrapers expect", async () => {
  const response = await ask("/metrics");
  assertEquals(await response.text(), "lb_up 1\n");
  assertEquals(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
});

Deno.test("an unknown path is 404 and names the known ones", async () => {
  for (const path of ["/nothing", "/../deno.json", "//healthz", "/dashboard/deno.json"]) {
    const response = await ask(path);
    assertEquals(response.status, 404);
    assertStringIncludes(await response.text(), "/api/backends");
  }
});

Deno.test("a method that writes is 405", async () => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const response = await ask("/api/backends", { method });
    assertEquals(response.status, 405);
    assertEquals(response.headers.get("allow"), "GET, HEAD");
  }
});

Deno.test("too many followers of the events are asked to come back later", async () => {
  const response = await ask("/api/events", { changes: { subscribe: () => null } });
  assertEquals(response.status, 503);
  assertEquals(response.headers.get("retry-after"), "5");
});

Deno.test("every file that the dashboard names is served, and no other place is named", async () => {
  for (const [path, { body }] of dashboardFiles) {
    if (path === "/uplot.js") continue;
    const named = [...body.matchAll(/(?:from|src=|href=) ?"([^"]+)"/g)].map(([, name]) => name);
    for (const name of named.filter((name) => !name?.startsWith("#"))) {
      const { status } = await ask(new URL(name ?? "", `http://localhost${path}`).pathname);
      assertEquals([path, name, status], [path, name, 200]);
      assertEquals(/^\.?\//.test(name ?? ""), true, `${path} names ${name}`);
    }
  }
});

Deno.test("the history can be limited to some backends", async () => {
  const history = new History();
  const figures = { cpu: 0.5, ram: 0.25, rttMs: 1.5, inBps: 1, outBps: 2, share: 1 };
  const overview = { connectionsPerSecond: 3, inBps: 1, outBps: 2 };
  history.add(1000, overview, [["a", figures], ["b", figures], ["c", figures]]);
  const changes = { past: () => ({ history, events: [], now: 1500.7 }) };
  const all = await (await ask("/api/history", { changes })).json();
  assertEquals(Object.keys(all.backends), ["a", "b", "c"]);
  assertEquals([all.now, all.at, all.overview.connectionsPerSecond], [1501, [1000], [3]]);
  const some = await (await ask("/api/history?backend=b&backend=b&backend=x", { changes })).json();
  assertEquals(some.backends, {
    b: { cpu: [0.5], ram: [0.25], rttMs: [1.5], inBps: [1], outBps: [2], share: [1] },
  });
});
