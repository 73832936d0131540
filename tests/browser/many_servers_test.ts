import { assert, assertEquals, assertLess } from "@std/assert";
import { cutCountsOf } from "../../frontend/table/cuts.ts";
import { Observer } from "../../frontend/admin/observer.ts";
import { serveAdmin } from "../../frontend/admin/server.ts";
import type { FrontendStatus } from "../../frontend/status.ts";
import type { BackendStatus } from "../../frontend/table/backend_status.ts";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import { print } from "../network/cluster_test_case.ts";
import { pause, waitFor } from "../wait_for.ts";
import type { CDPSession } from "playwright-core";
import { openBrowser, openPage } from "./open_browser.ts";

const servers = 200;
const markup = `"><img src=x onerror=alert(1)><script>alert(2)</script>`;

/** What the page may take of a CPU to follow one second's news, drawing included, in milliseconds. */
const budgetMs = 200;
const measuredSeconds = 8;

/** The CPU time that the page's process has taken, which is the same on a machine that is busy. */
async function rendererSeconds(session: CDPSession): Promise<number> {
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  return Math.max(...renderers.map(({ cpuTime }) => cpuTime));
}

function backend(index: number, second: number): BackendStatus {
  const wave = (1 + Math.sin(second / 20 + index)) / 2;
  const isFirst = index === 0;
  return {
    id: (0x1000_0000 + index).toString(16),
    service: isFirst ? markup : "http",
    address: isFirst ? markup : `10.0.${index >> 8}.${index & 255}`,
    port: 80,
    state: (["up", "up", "up", "draining", "down"] as const)[index % 5] ?? "up",
    reason: isFirst ? markup : "answering",
    cpu: wave,
    cores: 4,
    ram: 0.5,
    ramBytes: 8e9,
    rttMs: 0.3 + wave / 10,
    acceptQueue: 0,
    check: isFirst ? markup : null,
    linkBps: null,
    bandwidth: { inBps: Math.round(1e4 * wave), outBps: Math.round(1e6 * wave) },
    activeConnections: Math.round(10 * wave),
    totalConnections: 100 * second + index,
    failedConnections: index % 7,
    share: 1 / servers,
    ageMs: 400,
    agentVersion: isFirst ? markup : "0.1.0",
    why: isFirst ? markup : "preferred: little load",
  };
}

/** A front end of two hundred servers that only the admin server knows of. */
function manyServers() {
  let second = 0;
  const status = (): FrontendStatus => ({
    version: markup,
    pid: 1,
    uptimeSeconds: second,
    authenticated: true,
    policy: "adaptive",
    engines: ["deno"],
    affinity: "none",
    listen: [],
    interfaces: [{ name: "eth0", address: "10.0.0.1" }],
    connections: {
      open: 10,
      accepted: 100 * second,
      waiting: 0,
      refused: 0,
      clientFaults: 0,
      cut: cutCountsOf(() => 0),
    },
    replaced: [],
    refusals: [],
    filtered: 0,
    sharedAddresses: [],
    passedOn: { probes: 0, reports: 0, leftOut: 0 },
    duplicates: [markup],
    leftOut: [],
    next: [],
    backends: Array.from({ length: servers }, (_, index) => backend(index, second)),
  });
  const clock = () => 1000 * second;
  const figures = () =>
    status().backends.map(({ id, cpu, ram, rttMs, bandwidth, share }) =>
      [id, { cpu, ram, rttMs, ...bandwidth, share }] as const
    );
  const observer = new Observer({ clock, status, figures, connectionsPerSecond: () => 100 });
  const tick = () => {
    second++;
    observer.sample();
  };
  for (let count = 0; count < 600; count++) tick();
  observer.log.note("warn", markup, { backend: "10000000", state: "down" });
  const view = {
    backends: () => status().backends,
    isHealthy: () => true,
    metrics: () => Promise.resolve(""),
    subscribe: () => observer.subscribe(),
    past: () => ({ history: observer.history, events: observer.log.events, now: clock() }),
  };
  return { observer, view, tick };
}

Deno.test("a page of two hundred servers stays quick, and reads nothing as markup", async () => {
  const directory = await Deno.makeTempDir({ prefix: "lb-browser-" });
  const { observer, view, tick } = manyServers();
  using free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  const logger = recordingLogger();
  const place = { address: "127.0.0.1", name: null, port };
  const server = await serveAdmin({ place, view, logger, beside: false });
  const browser = await openBrowser({ directory });
  const timer = setInterval(tick, 1000);
  try {
    const { page, problems } = await openPage(browser, `http://127.0.0.1:${port}/`);
    await waitFor("all rows", async () => {
      return await page.locator("#servers tbody tr").count() === servers || null;
    }, { withinMs: 20_000 });
    await pause(2000);
    const drawn = await page.locator("#servers canvas").count();
    assert(drawn > 0 && drawn < servers, `${drawn} plots, though few can be seen`);

    const session = await browser.newBrowserCDPSession();
    const before = await rendererSeconds(session);
    await pause(measuredSeconds * 1000);
    const perSecond = (await rendererSeconds(session) - before) / measuredSeconds;
    print(`${servers} servers take ${(1000 * perSecond).toFixed(0)} ms of CPU time a second`);
    assertLess(1000 * perSecond, budgetMs);

    assertEquals(await page.locator("img[src=x]").count(), 0);
    assertEquals(await page.locator("#servers tbody th", { hasText: markup }).count(), 1);
    assertEquals(await page.locator("#events li", { hasText: markup }).count(), 1);
    assertEquals(problems, []);
  } finally {
    clearInterval(timer);
    await browser.close();
    observer.close();
    await server.shutdown();
    await Deno.remove(directory, { recursive: true });
  }
});
