import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { History } from "../../frontend/admin/history.ts";
import type { AdminView } from "../../frontend/admin/routes.ts";
import { serveAdmin } from "../../frontend/admin/server.ts";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import { waitFor } from "../wait_for.ts";
import { openBrowser, openPage } from "./open_browser.ts";

/** What of the front end was shown. */
const shown: string[] = [];

function show<Value>(what: string, value: Value): Value {
  shown.push(what);
  return value;
}

const view: AdminView = {
  backends: () => show("backends", []),
  isHealthy: () => true,
  metrics: () => Promise.resolve(show("metrics", "lb_up 1\n")),
  subscribe: () => show("events", null),
  past: () => show("past", { history: new History(), events: [], now: 0 }),
};
const patience = { withinMs: 20_000 };

/** How many things the page below asks for, links aside. */
const thingsAskedFor = 7;

/** A page of another site that asks the front end for all that it has, in every way there is. */
function nosyPage(frontEnd: string): string {
  return `<!doctype html><title>elsewhere</title>
<a id=front href="${frontEnd}/">the dashboard</a>
<a id=table href="${frontEnd}/api/backends">the table</a>
<img src="${frontEnd}/icon.svg"><script src="${frontEnd}/dashboard.js"></script>
<link rel=stylesheet href="${frontEnd}/dashboard.css"><iframe src="${frontEnd}/"></iframe>
<script>fetch("${frontEnd}/api/backends").catch(() => {});
fetch("${frontEnd}/metrics", { mode: "no-cors" }).catch(() => {});
new EventSource("${frontEnd}/api/events");</script>`;
}

/** Serves that page. */
function serveNosyPage(frontEnd: string): Deno.HttpServer<Deno.NetAddr> {
  const headers = { "content-type": "text/html" };
  const serve = () => new Response(nosyPage(frontEnd), { headers });
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, serve);
}

async function follow(page: Page, link: string): Promise<number | undefined> {
  const [response] = await Promise.all([
    page.waitForResponse((response) => response.request().isNavigationRequest()),
    page.click(link),
  ]);
  return response.status();
}

Deno.test("pages of other sites get nothing, but their links lead to the dashboard", async (t) => {
  const directory = await Deno.makeTempDir({ prefix: "lb-browser-" });
  using free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const place = { address: "127.0.0.1", name: null, port: free.addr.port };
  free.close();
  const server = await serveAdmin({ place, view, logger: recordingLogger(), beside: false });
  const frontEnd = `http://127.0.0.1:${place.port}`;
  await using nosy = serveNosyPage(frontEnd);
  // By an address of this machine, as browsers look closer at requests from elsewhere to it.
  const browser = await openBrowser({ directory, localNames: ["elsewhere.example"] });
  const elsewhere = `http://elsewhere.example:${nosy.addr.port}/`;
  try {
    await t.step("whatever they ask for", async () => {
      const page = await browser.newPage();
      await page.goto(elsewhere);
      const refused = () => server.refused.get("cross-site") ?? 0;
      await waitFor("all requests", () => refused() >= thingsAskedFor || null, patience);
      assertEquals([...server.refused.keys()], ["cross-site"]);
      assertEquals(shown, []);
    });
    await t.step("a link to the front page is followed, one to anything else is not", async () => {
      const page = await browser.newPage();
      await page.goto(elsewhere);
      assertEquals(await follow(page, "#table"), 403);
      assertStringIncludes(await page.locator("body").innerText(), "open it in a tab of its own");
      await page.goBack();
      assertEquals(await follow(page, "#front"), 200);
      await page.locator("#servers").waitFor();
    });
    await t.step("the dashboard itself asks for what it needs", async () => {
      await using watched = await openPage(browser, `${frontEnd}/`);
      const status = await watched.page.evaluate(`fetch("/metrics").then(({ status }) => status)`);
      assertEquals(status, 200);
    });
  } finally {
    await browser.close();
    await server.shutdown();
    await Deno.remove(directory, { recursive: true });
  }
});
