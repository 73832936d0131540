import { join } from "node:path";
import type { BrowserContextOptions } from "playwright-core";
import { type Cluster, type Settings } from "../network/cluster.ts";
import { testCluster } from "../network/cluster_test_case.ts";
import { tell } from "../network/tell.ts";
import type { Host } from "../network/lan.ts";
import { pause } from "../wait_for.ts";
import { openBrowser, openPage } from "./open_browser.ts";

/**
 * Draws the pictures of the README from a cluster at work, where `LB_PICTURES` names their directory:
 * traffic that rises and falls, a server that is drained, one that dies, and one that joins.
 */
const directory = Deno.env.get("LB_PICTURES");

const key = { LB_KEY: "a-key-of-this-cluster-alone-0123456789" };

/** Hosts of one machine share its identity; that they are reached elsewhere tells them apart. */
function web({ address }: Host): Settings {
  return { ...key, LB_SERVICES: "http=80", LB_ADVERTISE: address };
}

/** How long the front end is looked at before the pictures are taken, in milliseconds. */
const actMs = 45_000;

/** The pictures, and what the browser is told for each. */
const pictures: Readonly<Record<string, BrowserContextOptions>> = {
  "dashboard.png": { colorScheme: "light" },
  "dashboard-dark.png": { colorScheme: "dark" },
  "dashboard-phone.png": {
    viewport: { width: 390, height: 1500 },
    deviceScaleFactor: 2,
  },
};

async function drain(cluster: Cluster, name: string): Promise<void> {
  const backend = `${cluster.backend(name).host.address}:80`;
  await tell(cluster.frontend, "frontend", "drain", backend);
}

/** Clients that come in waves. */
async function play(cluster: Cluster, load: readonly number[]): Promise<void> {
  for (const perSecond of load) {
    const clients = cluster.startLoad({ perSecond });
    await pause(actMs / load.length);
    await clients.end();
  }
}

async function photograph(cluster: Cluster, directory: string): Promise<void> {
  const { namespace, directory: scratch } = cluster.frontendHost;
  const browser = await openBrowser({ directory: scratch, namespace });
  try {
    await Deno.mkdir(directory, { recursive: true });
    for (const [name, options] of Object.entries(pictures)) {
      const viewport = { width: 1280, height: 980 };
      const given = { viewport, ...options };
      await using watched = await openPage(browser, "http://127.0.0.1:8404/", given);
      await watched.page.locator("#servers tbody tr").first().waitFor();
      await pause(3_000);
      await watched.page.screenshot({ path: join(directory, name) });
    }
  } finally {
    await browser.close();
  }
}

const options = {
  backends: [],
  frontendSettings: { ...key, LB_LISTEN: "http=80" },
};

if (directory !== undefined) {
  testCluster("the pictures of the dashboard", options, async (cluster) => {
    for (const name of ["one", "two", "three", "four"]) await cluster.addBackend(name, web);
    await cluster.waitUntilUp();
    await play(cluster, [15, 30, 20]);
    await drain(cluster, "two");
    await play(cluster, [35, 25]);
    await cluster.addBackend("five", web);
    await play(cluster, [40, 30]);
    await cluster.backend("three").webServer.end("SIGTERM");
    const last = play(cluster, [25, 20]);
    await pause(actMs / 2);
    await photograph(cluster, directory);
    await last;
  });
}
