import { assert, assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { type Cluster, startProgram } from "../network/cluster.ts";
import { testCluster } from "../network/cluster_test_case.ts";
import { tell } from "../network/tell.ts";
import { waitFor } from "../wait_for.ts";
import { accessibilityProblems } from "./accessibility.ts";
import { hostileVersion } from "./hostile_agent.ts";
import { openBrowser, openPage, type WatchedPage } from "./open_browser.ts";

const url = "http://127.0.0.1:8404/";
const patience = { withinMs: 20_000 };

/** The row of a server by its address; its state and all its text. */
async function rowText(page: Page, address: string): Promise<string> {
  return await page.locator("#servers tbody tr", { hasText: `${address}:80` }).innerText();
}

async function seeRow(page: Page, address: string, ...texts: string[]): Promise<void> {
  await waitFor(`the row of ${address} to say ${texts}`, async () => {
    const text = await rowText(page, address);
    return texts.every((one) => text.includes(one)) || null;
  }, patience);
}

/** The columns of a plot as the page has them. */
async function plotted(page: Page, id: string): Promise<Record<string, (number | null)[]>> {
  const module = `import("/dashboard.js")`;
  return await page.evaluate(
    `${module}.then(({ samples }) => ({ times: samples.times, ...samples.backends.get("${id}") }))`,
  );
}

/** How many points of a canvas have a colour. */
async function inkOf(page: Page, selector: string): Promise<number> {
  return await page.evaluate(`(() => {
    const canvas = document.querySelector(${JSON.stringify(`${selector} canvas`)});
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.filter((value, index) => index % 4 === 3 && value > 0).length;
  })()`);
}

async function drain(cluster: Cluster, command: "drain" | "undrain", address: string) {
  await tell(cluster.frontend, "frontend", command, `${address}:80`);
}

async function checkPlots(cluster: Cluster, page: Page): Promise<void> {
  const row = await cluster.row("one");
  const id = row?.id ?? "";
  await waitFor("the page to have the history", async () => {
    const past = JSON.parse(await cluster.get(`/api/history?backend=${id}`));
    const { ram, rttMs, share } = past.backends[id];
    const columns = await plotted(page, id);
    const known = (column: (number | null)[] = []) => column.filter((value) => value !== null);
    const [wanted, shown] = [known(rttMs), known(columns["rttMs"])];
    assertGreater(wanted.length, 3);
    // The page goes on while the test reads, and may have begun a sample earlier or later.
    assertStringIncludes(shown.join(), wanted.slice(1, -1).join());
    assertStringIncludes(known(columns["ram"]).join(), known(ram).slice(1, -1).join());
    assertStringIncludes(known(columns["share"]).join(), known(share).slice(1, -1).join());
    return true;
  }, patience);
  assertGreater(await inkOf(page, `tr[data-id="${id}"] .cpu`), 20);
  assertGreater(await inkOf(page, "#connections-plot"), 200);
  assertGreater(await inkOf(page, "#bytes-plot"), 200);
}

async function checkHostileAgent(cluster: Cluster, page: Page): Promise<void> {
  const host = await cluster.lan.attach("hostile");
  const program = new URL("hostile_agent.ts", import.meta.url).pathname;
  const args = ["run", "--allow-all", program, host.address];
  const agent = host.start({ name: "agent", command: Deno.execPath(), args });
  await seeRow(page, host.address, `agent ${hostileVersion}`, "script");
  assertEquals(await page.locator("#servers img").count(), 0);
  await agent.end("SIGTERM");
}

async function checkKeyboard(page: Page): Promise<void> {
  await page.evaluate("document.activeElement?.blur()");
  await page.keyboard.press("Tab");
  assertEquals(await page.evaluate("document.activeElement.className"), "skip");
  await page.keyboard.press("Enter");
  assertEquals(await page.evaluate("document.activeElement.id"), "servers");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assertEquals(await page.evaluate("document.activeElement.textContent"), "CPU");
  await page.keyboard.press("Enter");
  assertEquals(await page.locator("th.cpu").getAttribute("aria-sort"), "descending");
  await page.keyboard.press("Enter");
  assertEquals(await page.locator("th.cpu").getAttribute("aria-sort"), "ascending");
  await page.keyboard.press("Enter");
  assertEquals(await page.locator("th.cpu").getAttribute("aria-sort"), null);
}

async function checkLooks(browser: Browser): Promise<void> {
  const looks = [
    { name: "light", options: { colorScheme: "light" } },
    { name: "dark", options: { colorScheme: "dark" } },
    { name: "phone", options: { viewport: { width: 360, height: 740 }, hasTouch: true } },
  ] as const;
  const backgrounds: string[] = [];
  for (const { name, options } of looks) {
    await using watched = await openPage(browser, url, options);
    const { page, problems } = watched;
    await page.locator("#servers tbody tr").first().waitFor();
    await waitFor("all plots to be labelled", async () => {
      return await page.locator(".plot[role=img]:not([aria-label])").count() === 0 || null;
    }, patience);
    assertEquals([name, await accessibilityProblems(page)], [name, []]);
    const [needed, given]: number[] = await page.evaluate(
      "[document.documentElement.scrollWidth, innerWidth]",
    );
    assertEquals([name, needed], [name, given], "it has to be scrolled sideways");
    backgrounds.push(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
    assertEquals(problems, []);
  }
  assertEquals(new Set(backgrounds).size, 2);
}

async function checkRestart(cluster: Cluster, watched: WatchedPage): Promise<void> {
  const { page } = watched;
  const before = await plotted(page, "");
  await cluster.frontend.end("SIGKILL");
  await page.locator("#notices", { hasText: "connection to the front end is lost" }).waitFor();
  assertEquals(await page.locator("#connection").innerText(), "lost");
  cluster.frontend = startProgram(cluster.frontendHost, "frontend");
  await page.locator("#connection", { hasText: "live" }).waitFor();
  await seeRow(page, cluster.backend("one").host.address, "answering");
  assertEquals(await page.locator("#notices", { hasText: "is lost" }).count(), 0);
  const after = await plotted(page, "");
  const [first] = before["times"] ?? [];
  assert(after["times"]?.includes(first ?? NaN), "the page has forgotten what was before");
}

/** The successor is another process, but nobody has to be told. */
async function checkReload(cluster: Cluster, page: Page): Promise<void> {
  const process = () => page.locator("#about").getAttribute("title");
  const before = await process();
  let wasLost = false;
  const look = async () => {
    wasLost ||= await page.locator("#connection").innerText() === "lost";
    return await process() !== before || null;
  };
  const reload = tell(cluster.frontend, "frontend", "reload");
  await waitFor("the page to follow the successor", look, patience);
  await reload;
  assertEquals([wasLost, await page.locator("#connection").innerText()], [false, "live"]);
}

testCluster("the dashboard", { backends: ["one", "two", "three"] }, async (cluster, step) => {
  await cluster.waitUntilUp();
  const { namespace, directory } = cluster.frontendHost;
  const browser = await openBrowser({ directory, namespace });
  const load = cluster.startLoad({ perSecond: 20 });
  const watched = await openPage(browser, url);
  const { page, problems } = watched;
  const address = (name: string) => cluster.backend(name).host.address;
  try {
    await step("shows the servers as they are", async () => {
      for (const { host } of cluster.backends) {
        await seeRow(page, host.address, "up", "answering", "%", " ms");
      }
      assertStringIncludes(await page.locator("#totals").innerText(), "3 of 3");
      assertStringIncludes(await page.title(), "3 of 3 up");
      await page.locator("#notices", { hasText: "not authenticated" }).waitFor();
    });
    await step("plots the samples that the API gives", () => checkPlots(cluster, page));
    await step("shows a server that is drained, and tells why", async () => {
      await drain(cluster, "drain", address("two"));
      await seeRow(page, address("two"), "draining", "drained here by the operator");
      await drain(cluster, "undrain", address("two"));
      await seeRow(page, address("two"), "up");
    });
    await step("shows a server that dies, and writes it on the time line", async () => {
      await cluster.backend("three").webServer.end("SIGTERM");
      await seeRow(page, address("three"), "down", "nothing listens on port 80");
      await page.locator("#events li[data-state=down]", { hasText: address("three") }).waitFor();
      await page.locator("#announcer", { hasText: `${address("three")}:80 is down` }).waitFor({
        state: "attached",
      });
      assertStringIncludes(await page.locator("#totals").innerText(), "2 of 3");
    });
    await step("reads nothing that a server says as markup", () => {
      return checkHostileAgent(cluster, page);
    });
    await step("can be used by keyboard", () => checkKeyboard(page));
    await step("shows the servers that are looked for", async () => {
      await page.locator("#filter").fill(address("one"));
      await waitFor("one row", async () => {
        return await page.locator("#servers tbody tr").count() === 1 || null;
      }, patience);
      await page.locator("#filter").fill("");
    });
    await step("is accessible, light, dark and on a phone", () => checkLooks(browser));
    await step("met no error, and asked for nothing that its policy forbids", () => {
      assertEquals(problems, []);
      return Promise.resolve();
    });
    await step("follows the front end over a restart", () => checkRestart(cluster, watched));
    await step("follows it over a reload without a word", () => checkReload(cluster, page));
    await load.end();
  } finally {
    await browser.close();
  }
});
